using EdgeInfer.Converter;
using EdgeInfer.Tests.Runtime;

namespace EdgeInfer.Tests.Conformance;

/// <summary>Whole public models give what the reference kernels of TensorFlow Lite Micro give, byte for byte.</summary>
public class PublicModelTests
{
    public static TheoryData<string> Quantized => PublicModel.Quantized;

    public static TheoryData<string> Stateful => PublicModel.Stateful;

    public static TheoryData<string> Floats => PublicModel.Floats;

    [SharedTheory]
    [MemberData(nameof(Quantized))]
    public void Every_vector_is_equal(string name)
    {
        PublicModel model = PublicModel.Load(name);
        Model converted = model.Convert().Model;
        Interpreter used = new(converted);
        foreach ((byte[] input, byte[] output) in model.Vectors)
        {
            Interpreter fresh = new(converted);
            ArenaGarbage.Scatter(fresh, 3);
            Assert.Equal(output, PublicModel.Run(fresh, input));
            used.Reset();
            Assert.Equal(output, PublicModel.Run(used, input));
        }
    }

    [SharedTheory]
    [MemberData(nameof(Stateful))]
    public void Every_sequence_is_equal(string name)
    {
        PublicModel model = PublicModel.Load(name);
        foreach ((byte[] input, byte[] output) in model.Sequences)
        {
            Assert.Equal(output, PublicModel.Run(new Interpreter(model.Convert().Model), input));
        }
    }

    [SharedTheory]
    [MemberData(nameof(Quantized))]
    public void The_arena_is_proven_to_be_as_small_as_it_can_be(string name) =>
        Assert.All(PublicModel.Load(name).Convert().Plan.Segments, segment => Assert.True(segment.IsProvenOptimal, $"{segment.Size} elements, {segment.ProvenMinimum} are proven"));

    [SharedTheory]
    [MemberData(nameof(Quantized))]
    public void Steps_give_what_one_invocation_gives(string name)
    {
        PublicModel model = PublicModel.Load(name);
        (byte[] input, byte[] output) = model.Vectors.First();
        foreach (int budget in (int[])[1, 20_000])
        {
            Interpreter interpreter = new(model.Convert().Model);
            byte[] actual = PublicModel.Run(interpreter, input, () =>
            {
                while (!interpreter.Step(budget))
                {
                }
            });
            Assert.Equal(output, actual);
        }
    }

    [SharedTheory]
    [MemberData(nameof(Quantized))]
    public void The_arena_is_no_larger_than_that_of_tensorflow_lite_micro(string name)
    {
        PublicModel model = PublicModel.Load(name);
        ConversionResult result = model.Convert();
        Assert.InRange(result.Model.ArenaBytes, 1, model.TflmArenaBytes);
        Assert.InRange(result.Model.ArenaBytes, result.Plan.LowerBoundBytes, int.MaxValue);
    }

    [SharedTheory]
    [MemberData(nameof(Quantized))]
    public void The_blob_is_no_larger_than_its_source(string name)
    {
        PublicModel model = PublicModel.Load(name);
        Assert.InRange(model.Convert().Blob.Length, 1, (int)new FileInfo(model.PathOf("model.tflite")).Length);
    }

    [SharedTheory]
    [MemberData(nameof(Quantized))]
    public void Multiply_accumulates_are_counted_as_the_reference_counts_them(string name)
    {
        PublicModel model = PublicModel.Load(name);
        Assert.Equal(model.Macs, model.Convert().Model.Macs);
    }

    [SharedTheory]
    [MemberData(nameof(Quantized))]
    public void Inference_allocates_nothing(string name) => AllocationTests.Check(new Interpreter(PublicModel.Load(name).Convert().Model));

    [SharedTheory]
    [MemberData(nameof(Quantized))]
    public void The_self_test_passes(string name) => Assert.Equal(SelfTest.Passed, SelfTest.Run(new Interpreter(PublicModel.Load(name).Convert().Model)));

    [SharedTheory]
    [MemberData(nameof(Floats))]
    public void Float_models_are_refused_with_a_remedy(string name)
    {
        PublicModel model = PublicModel.Load(name);
        ConversionException refusal = Assert.Throws<ConversionException>(model.Convert);
        Assert.Contains("uantize", refusal.Message, StringComparison.Ordinal);
    }
}
