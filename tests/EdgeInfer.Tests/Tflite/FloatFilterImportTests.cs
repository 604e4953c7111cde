using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Tflite;

namespace EdgeInfer.Tests.Tflite;

/// <summary>Import of SVDF with float activations, whose weights are floats or, in hybrid models, int8.</summary>
public sealed class FloatFilterImportTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Filter_with_memory_of_floats(bool isHybrid)
    {
        Svdf svdf = Assert.IsType<Svdf>(Assert.Single(ImportFloat(new FloatFilter { IsHybrid = isHybrid }).Operators));

        Assert.Equal((2, FusedActivation.Relu), (svdf.Rank, svdf.Activation));
        Assert.Equal("bias", svdf.Bias!.Name);
        Assert.Equal((true, "state"), (svdf.State.IsVariable, svdf.State.Name));
        Assert.Equal(Enumerable.Range(-6, 12).Select(i => i / 8f), svdf.WeightsFeature.Floats().ToArray());
        Assert.Equal(Enumerable.Range(-10, 20).Select(i => i / 8f), svdf.WeightsTime.Floats().ToArray());
    }

    [Fact]
    public void Filters_of_floats_whose_shapes_do_not_fit_are_refused_once()
    {
        Refused(new FloatFilter { Features = [4, 2] }, ErrorCode.Demand, "input [1,3], weights [4,2] and [4,5], rank 2, state of 20, bias of 2 and output [1,2] do not fit together");
        Refused(new FloatFilter { Times = [3, 5] }, ErrorCode.Demand, "do not fit together");
        Refused(new FloatFilter { State = [1, 24] }, ErrorCode.Demand, "state of 24");
        Refused(new FloatFilter { Bias = 3 }, ErrorCode.Demand, "bias of 3");
        Refused(new FloatFilter { Rank = 3 }, ErrorCode.Demand, "rank 3");
        Refused(new FloatFilter { Rank = 0 }, ErrorCode.Demand, "rank 0");
        Refused(new FloatFilter { Features = [12] }, ErrorCode.Demand, "must have two dimensions");
    }

    [Fact]
    public void Filters_of_floats_without_a_state_of_their_own_or_an_output_are_refused_once()
    {
        Refused(new FloatFilter { State = null }, ErrorCode.Option, "it has no input 4");
        Refused(new FloatFilter { HasConstantState = true }, ErrorCode.Demand, "its state 'state' is not a variable");
        Refused(new FloatFilter { IsTwice = true }, ErrorCode.Demand, "its state 'state' is that of another operator, too");
        Refused(new FloatFilter { ReadsState = true }, ErrorCode.FloatModel, "Svdf of floats cannot be quantized here");
        Refused(new FloatFilter { GivesNothing = true }, ErrorCode.Port, "it has no outputs");
        Refused(new FloatFilter { GivesState = true }, ErrorCode.Port, "it is a state");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Filters_of_floats_whose_weights_are_no_numbers_are_refused(float weight) =>
        Refused(new FloatFilter { Largest = weight }, ErrorCode.Demand, "its constant 'features' holds something that is no number");

    private static ModelGraph ImportFloat(FloatFilter filter) => TfliteImporter.ImportFloat(filter.Build(), "test.tflite");

    private static void Refused(FloatFilter filter, ErrorCode code, string reason)
    {
        Problem problem = Assert.Single(Assert.Throws<ConversionException>(() => ImportFloat(filter)).Problems);
        Assert.Equal(code, problem.Code);
        Assert.Contains(reason, problem.What, StringComparison.Ordinal);
    }

    /// <summary>An SVDF of three inputs, four filters with a memory of five and two outputs, whatever is not changed.</summary>
    private sealed record FloatFilter
    {
        public bool IsHybrid { get; init; }

        public int[] Features { get; init; } = [4, 3];

        public int[] Times { get; init; } = [4, 5];

        public int[]? State { get; init; } = [1, 20];

        public int Bias { get; init; } = 2;

        public int Rank { get; init; } = 2;

        public float Largest { get; init; } = 1;

        public bool HasConstantState { get; init; }

        public bool IsTwice { get; init; }

        public bool GivesState { get; init; }

        public bool ReadsState { get; init; }

        public bool GivesNothing { get; init; }

        public byte[] Build()
        {
            TfliteBuilder builder = new();
            TfliteBuilder.Subgraph main = builder.Main;
            int input = ReadsState ? main.Add(new TfliteBuilder.Tensor { Name = "in", Shape = [1, 3], IsVariable = true }) : main.Plain("in", ElementType.Float32, 1, 3), output = main.Plain("out", ElementType.Float32, 1, 2);
            int features = Weights(main, "features", Features), times = Weights(main, "times", Times), bias = main.Constant("bias", ElementType.Float32, [Bias], new float[Bias]);
            int state = State is null ? -1
                : HasConstantState ? main.Constant("state", ElementType.Float32, State, new float[20]) : main.Add(new TfliteBuilder.Tensor { Name = "state", Shape = State, IsVariable = true });
            main.Add("SVDF", [input, features, times, bias, state], [output], new() { [0] = Rank, [1] = (sbyte)1 });
            if (!ReadsState) main.Inputs.Add(input);
            if (!GivesNothing) main.Outputs.Add(output);
            if (GivesState) main.Outputs.Add(state);
            if (!IsTwice) return builder.Build();

            int second = main.Plain("second", ElementType.Float32, 1, 2);
            main.Add("SVDF", [input, features, times, bias, state], [second], new() { [0] = Rank, [1] = (sbyte)1 });
            main.Outputs.Add(second);
            return builder.Build();
        }

        private int Weights(TfliteBuilder.Subgraph main, string name, int[] shape)
        {
            int count = shape.Aggregate((a, b) => a * b);
            return IsHybrid
                ? main.Constant(name, ElementType.Int8, shape, [.. Enumerable.Range(-count / 2, count).Select(i => (sbyte)i)], (1 / 8f, 0))
                : main.Constant(name, ElementType.Float32, shape, [.. Enumerable.Range(-count / 2, count).Select(i => i / 8f * Largest)]);
        }
    }
}
