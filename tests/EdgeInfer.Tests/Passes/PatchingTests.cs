using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Operators;
using EdgeInfer.Tests.Runtime;

namespace EdgeInfer.Tests.Passes;

/// <summary>Graphs that run band by band to fit a limit give what they give otherwise.</summary>
public sealed partial class PatchingTests
{
    [Fact]
    public void Random_graphs_give_the_same_within_ever_tighter_limits() =>
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                ConversionResult whole = Convert(SpatialGraphs.Make(seed), null);
                int[] expected = Frames.Run(new Interpreter(whole.Model), 7, 2);
                foreach (int limit in LimitsOf(() => SpatialGraphs.Make(seed), whole))
                {
                    ConversionResult patched = Convert(SpatialGraphs.Make(seed), limit);
                    Assert.InRange(patched.Model.ArenaBytes, 1, limit);
                    Interpreter interpreter = new(patched.Model);
                    ArenaGarbage.Scatter(interpreter, 5);
                    Assert.Equal(expected, Frames.Run(interpreter, 7, 2));
                }
            },
            iter: 60);

    [SharedTheory]
    [InlineData("person_detect")]
    [InlineData("kws_ref_model_int8")]
    [InlineData("pretrainedResnet_int8")]
    public void Public_models_give_the_same_within_ever_tighter_limits(string name)
    {
        PublicModel model = PublicModel.Load(name);
        ConversionResult Convert(int limit) => ModelConverter.ConvertFile(model.PathOf("model.tflite"), new ConversionOptions { ArenaLimit = limit });
        int smallest = SmallestOf(() => Convert(1)), whole = model.Convert().Model.ArenaBytes;
        long before = 0;
        foreach (int limit in (int[])[whole, (whole + smallest) / 2, ((3 * smallest) + whole) / 4, smallest])
        {
            ConversionResult result = Convert(limit);
            Assert.InRange(result.Model.ArenaBytes, 1, limit);
            if (limit >= (whole + smallest) / 2) Assert.InRange(result.Blob.Length, 1, (int)new FileInfo(model.PathOf("model.tflite")).Length);
            Assert.InRange(result.Model.Macs, Math.Max(before, model.Macs), 3 * model.Macs);
            before = result.Model.Macs;
            Interpreter interpreter = new(result.Model);
            foreach ((byte[] input, byte[] output) in model.Vectors) Assert.Equal(output, PublicModel.Run(interpreter, input));
        }

        Assert.True(smallest < whole * 9 / 10, $"{name}: {smallest} of {whole}");
    }

    [Fact]
    public void A_limit_that_is_met_anyway_changes_nothing()
    {
        ConversionResult whole = Convert(SpatialGraphs.Mobile(32, 8), null), limited = Convert(SpatialGraphs.Mobile(32, 8), whole.Model.ArenaBytes);
        Assert.Equal(whole.Model.Words, limited.Model.Words);
    }

    [Fact]
    public void Scratch_beyond_the_usual_changes_neither_outputs_nor_limits() =>
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                ConversionResult Convert(int? scratch, int? limit) =>
                    ModelConverter.Convert(SpatialGraphs.Make(seed), new byte[32], new ConversionOptions { ScratchBytes = scratch, ArenaLimit = limit });
                ConversionResult least = Convert(0, null), most = Convert(16384, null);
                Assert.InRange(most.Model.ArenaBytes, least.Model.ArenaBytes, least.Model.ArenaBytes + 16384 + 64);
                int[] expected = Frames.Run(new Interpreter(least.Model), 7, 2);
                Assert.Equal(expected, Frames.Run(new Interpreter(most.Model), 7, 2));

                int between = (least.Model.ArenaBytes + most.Model.ArenaBytes) / 2;
                ConversionResult limited = Convert(16384, between);
                Assert.InRange(limited.Model.ArenaBytes, 1, between);
                Assert.Equal(expected, Frames.Run(new Interpreter(limited.Model), 7, 2));
            },
            iter: 20);

    [Fact]
    public void A_graph_that_cannot_be_cut_is_refused()
    {
        GraphTensor input = Operands.Activation("input", [1, 64], 0.1f, 0), output = Operands.Activation("output", [1, 64], 0.1f, 0);
        ConversionException refusal = Assert.Throws<ConversionException>(() => Convert(GraphRunner.GraphOf(new Mul(input, input, output, FusedActivation.None)), 10));
        Assert.Contains("the arena: it cannot be made smaller than 64 bytes, the limit is 10. Allow 64 bytes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_a_stage_are_stored_once()
    {
        ConversionResult whole = Convert(SpatialGraphs.Mobile(32, 8), null);
        ConversionResult patched = Convert(SpatialGraphs.Mobile(32, 8), whole.Model.ArenaBytes * 9 / 10);
        Assert.True(patched.Model.OperatorCount > whole.Model.OperatorCount);
        Assert.Equal(whole.Packer.Constants.Bytes, patched.Packer.Constants.Bytes);
        Assert.Equal(whole.Packer.Constants.Words.Order(), patched.Packer.Constants.Words.Order());
    }

    /// <summary>Limits from the whole arena down to the smallest there is.</summary>
    private static IEnumerable<int> LimitsOf(Func<ModelGraph> make, ConversionResult whole)
    {
        int smallest = SmallestOf(() => Convert(make(), 1)), most = whole.Model.ArenaBytes;
        return ((int[])[most - 1, (most + smallest) / 2, smallest]).Where(limit => limit >= smallest).Distinct();
    }

    private static int SmallestOf(Func<ConversionResult> convert)
    {
        string message = Assert.Throws<ConversionException>(convert).Message;
        return int.Parse(SmallestPattern().Match(message).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static ConversionResult Convert(ModelGraph graph, int? limit) =>
        ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0, KeepNames = false, ArenaLimit = limit });

    [GeneratedRegex("Allow ([0-9]+) bytes")]
    private static partial Regex SmallestPattern();
}
