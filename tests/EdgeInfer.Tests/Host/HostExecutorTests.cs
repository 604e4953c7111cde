using EdgeInfer.Host;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Host;

/// <summary>The executor with vector instructions gives the bytes of the device runtime; <see cref="HostRepetition"/> holds it to that in the tests of operators.</summary>
public class HostExecutorTests
{
    public static TheoryData<string> Quantized => PublicModel.Quantized;

    public static TheoryData<string> Samples => [.. SampleGraphs.Names];

    [SharedTheory]
    [MemberData(nameof(Quantized))]
    public void Public_models_give_what_the_reference_gives(string name)
    {
        PublicModel model = PublicModel.Load(name);
        foreach ((byte[] input, byte[] output) in model.Vectors.Concat(model.Sequences))
        {
            HostExecutor executor = new(model.Convert().Model);
            ArenaGarbage.Scatter(executor.Interpreter, 3);
            Assert.Equal(output, PublicModel.Run(executor.Interpreter, input, executor.Invoke));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Samples_give_what_the_interpreter_gives(string name)
    {
        Model model = Model.Load(SampleGraphs.Convert(name).Blob);
        Interpreter interpreter = new(model);
        HostExecutor executor = new(model);
        Random random = new(1);
        for (int frame = 0; frame < 3; frame++)
        {
            for (int i = 0; i < interpreter.InputCount; i++)
            {
                byte[] bytes = new byte[PublicModel.BytesOf(interpreter.Input(i)).Length];
                if (interpreter.Input(i).Type != TensorType.Float32) random.NextBytes(bytes);
                bytes.CopyTo(PublicModel.BytesOf(interpreter.Input(i)));
                bytes.CopyTo(PublicModel.BytesOf(executor.Interpreter.Input(i)));
            }

            interpreter.Invoke();
            executor.Invoke();
            for (int i = 0; i < interpreter.OutputCount; i++) Assert.Equal(PublicModel.BytesOf(interpreter.Output(i)).ToArray(), PublicModel.BytesOf(executor.Interpreter.Output(i)).ToArray());
        }
    }

    /// <summary>Steps and borders cost a blob nothing, yet they make the plane of a small image larger than any memory, and its size wrap.</summary>
    [AcceleratedTheory]
    [InlineData(OperatorCode.Conv2D, Kernels.Conv2D.OutputHeight, Kernels.Conv2D.StrideHeight)]
    [InlineData(OperatorCode.DepthwiseConv2D, Kernels.DepthwiseConv2D.OutputHeight, Kernels.DepthwiseConv2D.StrideHeight)]
    public void Planes_that_no_memory_holds_are_left_to_the_device_kernels(OperatorCode code, int outputHeight, int strideHeight)
    {
        bool met = false;
        foreach (string name in SampleGraphs.Names)
        {
            Model model = Model.Load(SampleGraphs.Convert(name).Blob);
            if (model.StreamsWeights) continue;

            int before = new HostExecutor(model).AcceleratedOperators, left = 0;
            for (int i = 0, record = model.MainProgram; i < model.OperatorCount; i++, record += model.Words[record + Record.Length])
            {
                if (model.Words[record + Record.Code] != (int)code) continue;

                model.Words[record + outputHeight] = 1 << 16;
                model.Words[record + strideHeight] = 1 << 12;
                left++;
            }

            Assert.Equal(before - left, new HostExecutor(model).AcceleratedOperators);
            met |= left > 0;
        }

        Assert.True(met);
    }

    [AcceleratedFact]
    public void Inferences_of_operator_tests_are_repeated()
    {
        int before = HostRepetition.Count;
        string name = SampleGraphs.Names.First(n => new HostExecutor(Model.Load(SampleGraphs.Convert(n).Blob)).AcceleratedOperators > 0);
        GraphRunner runner = GraphRunner.For(SampleGraphs.Convert(name).Blob);
        runner.Run([.. Enumerable.Range(0, runner.Interpreter.InputCount).Select(i => new int[runner.Interpreter.Input(i).Count])]);
        Assert.True(HostRepetition.Count > before);
    }

    [Fact]
    public void A_model_is_needed() => Assert.Throws<ArgumentNullException>(() => new HostExecutor(null!));
}

/// <summary>A test that says something only where this computer has the vector instructions.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AcceleratedFactAttribute : FactAttribute
{
    public AcceleratedFactAttribute()
    {
        Skip = HostExecutor.IsAccelerated ? null : "this processor has no AVX2";
    }
}

/// <summary>Such a test, of several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AcceleratedTheoryAttribute : TheoryAttribute
{
    public AcceleratedTheoryAttribute()
    {
        Skip = HostExecutor.IsAccelerated ? null : "this processor has no AVX2";
    }
}
