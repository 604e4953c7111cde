using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Runtime;

public class InterpreterTests
{
    public static TheoryData<string> Samples => SampleGraphs.All;

    [Theory]
    [MemberData(nameof(Samples))]
    public void Any_budget_gives_what_one_invocation_gives(string sample)
    {
        Model model = SampleGraphs.Convert(sample).Model;
        int[] expected = Frames.Run(new Interpreter(model), seed: 1, frames: 3);
        foreach (int budget in (int[])[int.MinValue, -1, 0, 1, 2, 3, 5, 17, 100, 333, 1000, 5000, 100_000, int.MaxValue - 1, int.MaxValue])
        {
            Interpreter interpreter = new(model);
            Assert.Equal(expected, Frames.Run(interpreter, 1, 3, () => StepThrough(interpreter, budget)));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_small_budget_returns_after_every_unit(string sample)
    {
        Model model = SampleGraphs.Convert(sample).Model;
        Interpreter interpreter = new(model);
        int units = 0;
        for (int i = 0, record = model.MainProgram; i < model.OperatorCount; i++, record += model.Words[record + Record.Length])
        {
            units += model.Words[record + Record.Units];
        }

        Assert.Equal(units, StepThrough(interpreter, 1));
        Assert.Equal(1, StepThrough(interpreter, int.MaxValue));
    }

    [Fact]
    public void Invoke_finishes_what_step_has_begun()
    {
        Model model = SampleGraphs.Convert("network").Model;
        int[] expected = Frames.Run(new Interpreter(model), 4, 1);
        Interpreter interpreter = new(model);
        int[] actual = Frames.Run(interpreter, 4, 1, () =>
        {
            Assert.False(interpreter.Step(1));
            Assert.False(interpreter.Step(1));
            interpreter.Invoke();
        });
        Assert.Equal(expected, actual);
        Assert.Equal(0, interpreter.NextOperator);
    }

    [Fact]
    public void Reset_gives_up_an_inference_and_forgets_the_state()
    {
        Model model = SampleGraphs.Convert("state and constants").Model;
        Interpreter interpreter = new(model);
        int[] fresh = Frames.Run(interpreter, 9, 2);
        Assert.NotEqual(fresh, Frames.Run(interpreter, 9, 2));

        interpreter.Step(1);
        Assert.NotEqual(0, interpreter.NextOperator);
        interpreter.Reset();
        Assert.Equal(0, interpreter.NextOperator);
        Assert.Equal(fresh, Frames.Run(interpreter, 9, 2));
    }

    [Fact]
    public void Interpreters_share_a_model_but_no_state()
    {
        Model model = SampleGraphs.Convert("state and constants").Model;
        Interpreter first = new(model), second = new(model);
        int[] alone = Frames.Run(new Interpreter(model), 5, 4);
        List<int> a = [], b = [];
        for (int frame = 0; frame < 4; frame++)
        {
            Frames.SetInputs(first, 5 + frame);
            Frames.SetInputs(second, 50 + frame);
            while (!first.Step(1)) second.Step(1);
            second.Invoke();
            a.AddRange(Frames.ReadOutputs(first));
            b.AddRange(Frames.ReadOutputs(second));
        }

        Assert.Equal(alone, a);
        Assert.NotEqual(alone, b);
        Assert.Same(model, first.Model);
    }

    [Fact]
    public void Inputs_and_outputs_are_the_same_objects_at_every_call()
    {
        Interpreter interpreter = new(SampleGraphs.Convert("copy").Model);
        Assert.Equal((2, 2), (interpreter.InputCount, interpreter.OutputCount));
        Assert.Same(interpreter.Input(1), interpreter.Input(1));
        Assert.Same(interpreter.Output(0), interpreter.Output(0));
        Assert.Equal([2, 3, 4], interpreter.Input(0).Shape);
        Assert.Equal(0.1f, interpreter.Input(0).Scale);
        Assert.Equal(3, interpreter.Input(0).ZeroPoint);
        Assert.Equal(TensorType.Int16, interpreter.Input(1).Type);
    }

    [Fact]
    public void Elements_are_reached_by_index_and_in_bulk()
    {
        Interpreter interpreter = new(SampleGraphs.Convert("copy").Model);
        Tensor tensor = interpreter.Input(0);
        sbyte[] values = [.. Enumerable.Range(-12, tensor.Count + 2).Select(v => (sbyte)v)];
        tensor.CopyFrom(values, 2);
        Assert.Equal(-10, tensor[0]);
        tensor[23] = 100;
        Assert.Equal(23, tensor.ArgMax());
        Assert.Equal(0.1f * (100 - 3), tensor.GetReal(23));
        sbyte[] copy = new sbyte[tensor.Count + 1];
        tensor.CopyTo(copy, 1);
        Assert.Equal([0, .. values[2..^1], 100], copy);

        Assert.Throws<ArgumentOutOfRangeException>(() => tensor[24]);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor[-1] = 0);
        Assert.Throws<InvalidOperationException>(() => interpreter.Input(1).CopyFrom(values, 0));
        Assert.Throws<InvalidOperationException>(() => interpreter.Input(1).CopyTo(copy, 0));
    }

    [Fact]
    public void Null_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => new Interpreter(null));
        Assert.Throws<ArgumentNullException>(() => Model.Load((byte[])null!));
        Assert.Throws<ArgumentNullException>(() => Model.Load((BlobSource)null!));
    }

    [Fact]
    public void A_registered_kernel_serves_the_models_loaded_afterwards()
    {
        byte[] blob = SampleGraphs.Blob("state and constants");
        CountingLookup counting = new();
        KernelCatalog.Replace(OperatorCode.Lookup, counting);
        Interpreter interpreter;
        try
        {
            interpreter = new Interpreter(Model.Load(blob));
        }
        finally
        {
            KernelCatalog.Replace(OperatorCode.Lookup, null);
        }

        int[] expected = Frames.Run(new Interpreter(Model.Load(blob)), 3, 2);
        int before = counting.Calls;
        Assert.Equal(expected, Frames.Run(interpreter, 3, 2));
        Assert.Equal(2, counting.Calls - before);
    }

    private static int StepThrough(Interpreter interpreter, int budget)
    {
        int steps = 1;
        while (!interpreter.Step(budget)) steps++;
        return steps;
    }

    /// <summary>The managed kernel, with the calls of one thread counted: other tests may run meanwhile and must not notice.</summary>
    private sealed class CountingLookup : Kernel
    {
        private readonly Kernels.Lookup _inner = new();
        private readonly int _thread = Environment.CurrentManagedThreadId;

        public int Calls { get; private set; }

        public override string Name => _inner.Name;

        public override void Verify(Verifier verifier) => _inner.Verify(verifier);

        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            if (Environment.CurrentManagedThreadId == _thread) Calls++;
            _inner.Invoke(model, arena, record, unit);
        }
    }
}
