using System.Buffers.Binary;
using System.Text;
using CsCheck;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Blob;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Streaming;

namespace EdgeInfer.Tests.Streaming;

/// <summary>A streamed model gives after every hop what the windowed one gives for the window that ends there.</summary>
public sealed class StreamingTests
{
    private static readonly Gen<TimePadding> Paddings = Gen.Frequency((4, Gen.Const(TimePadding.Keep)), (1, Gen.Const(TimePadding.Drop)), (1, Gen.Const(TimePadding.Extend)));

    [Fact]
    public void Random_networks_give_streamed_what_they_give_windowed()
    {
        int streamed = 0, refused = 0;
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Bool, Paddings, Gen.Int[1, 3]).Sample(
            (seed, pads, padding, factor) =>
            {
                if (TryConvert(seed, pads, padding, null) is not { } smallest)
                {
                    Interlocked.Increment(ref refused);
                    return;
                }

                Interlocked.Increment(ref streamed);
                StreamedRun.DemandEqual(smallest, seed, 40);
                if (factor > 1 && TryConvert(seed, pads, padding, factor * smallest.Streaming!.HopFrames) is { } larger) StreamedRun.DemandEqual(larger, seed, 20);
            },
            iter: 200);
        Assert.True(streamed > refused, $"{streamed} networks were streamed, {refused} refused");
    }

    [Fact]
    public void Every_inference_does_less_work_and_a_reset_forgets_everything()
    {
        ConversionResult result = Convert(CausalNetwork(), null);
        Assert.InRange(result.Model.Macs, 1, result.Windowed!.Macs / 8);
        Interpreter interpreter = new(result.Model);
        int[] first = Outputs(interpreter, 5);
        Assert.NotEqual(first, Outputs(interpreter, 5));
        interpreter.Reset();
        Assert.Equal(first, Outputs(interpreter, 5));

        static int[] Outputs(Interpreter interpreter, int seed) => Runtime.Frames.Run(interpreter, seed, 3);
    }

    [Fact]
    public void The_blob_says_how_the_model_is_streamed()
    {
        ConversionResult result = Convert(CausalNetwork(), 3);
        StreamInfo info = StreamInfo.Read(result.Model);
        Assert.Equal((3, 32, 4, 11, result.Windowed!.Macs), (info.HopFrames, info.WindowFrames, info.FrameElements, info.WarmUpInferences, info.WindowMacs));
        Assert.Equal(3 * 4, new Interpreter(result.Model).Input(0).Count);
        Assert.Null(StreamInfo.Read(result.Windowed));
        Assert.Equal(33, result.CheckedInferences);
    }

    [Fact]
    public void Padding_that_is_not_there_needs_no_removal()
    {
        ConversionResult kept = Convert(StridedNetwork(), null), dropped = Convert(StridedNetwork(), null, padding: TimePadding.Drop);
        Assert.Equal(kept.Model.Words, dropped.Model.Words);
        Assert.StartsWith("no layer pads in time\nstreamed: ", Encoding.UTF8.GetString(dropped.Model.ReadMetadata(MetadataTag.Plan)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 3)]
    [InlineData(2, -1)]
    [InlineData(3, 0)]
    public void A_damaged_description_is_none(int word, int value)
    {
        byte[] blob = Convert(CausalNetwork(), 3).Blob;
        int chunk = blob.AsSpan().LastIndexOf("STRM"u8);
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(chunk + 8 + (4 * word)), value);
        BlobWriter.Seal(blob);
        Assert.Null(StreamInfo.Read(Model.Load(blob)));
    }

    /// <summary>Rows that a causal network computes for its last frame need no padding, so none is computed anew.</summary>
    [Fact]
    public void A_causal_network_computes_one_row_a_layer()
    {
        ConversionResult result = Convert(CausalNetwork(), null);
        Assert.All(result.Graph.Operators.OfType<Conv2D>(), op => Assert.Equal(1, op.Output.Shape[1]));
    }

    [Theory]
    [InlineData(1, "it has a row for every 2 frames, so that a hop of 1 would shift its rows against those before. Give --hop 4 or a multiple of it")]
    [InlineData(6, "it has a row for every 4 frames, so that a hop of 6 would shift")]
    [InlineData(40, "the hop: there is nothing to keep with a hop of 40 frames, the window has 40. Give a smaller --hop, such as 4")]
    public void A_hop_that_the_strides_do_not_allow_is_refused(int hop, string reason) => Refused(StridedNetwork(), hop, null, reason);

    [Theory]
    [InlineData(3, "input 'frames': dimension 3 of [1,40,1,1], as its first layer takes it, is no sequence of frames. Name another one with --time-axis")]
    [InlineData(7, "dimension 7 of [1,40,1,1]")]
    public void A_time_axis_that_is_none_is_refused(int axis, string reason) => Refused(StridedNetwork(), null, axis, reason);

    [Fact]
    public void A_model_that_would_save_nothing_is_refused_with_the_layer_that_is_to_blame() =>
        Refused(
            TemporalModels.PaddedDeeply(),
            null,
            null,
            "too few of its rows see no padding in time to be kept. Take --time-padding extend or drop",
            "the model: streaming would save nothing with a hop of 1 of 6 frames");

    [Fact]
    public void A_model_of_one_vector_is_refused() =>
        Refused(TemporalModels.OneProduct(), null, null, "input 'vector': [1,64], as the first layer takes it, is no sequence of frames; FullyConnected (operator 0) takes it as one vector");

    private static ModelGraph CausalNetwork() => TemporalModels.Causal(frames: 32, channels: 4);

    private static ModelGraph StridedNetwork() => TemporalModels.Strided(frames: 40);

    private static void Refused(ModelGraph graph, int? hop, int? axis, params string[] reasons)
    {
        ConversionException refusal = Assert.Throws<ConversionException>(() => Convert(graph, hop, axis));
        Assert.All(reasons, reason => Assert.Contains(reason, refusal.Message, StringComparison.Ordinal));
    }

    private static ConversionResult Convert(ModelGraph graph, int? hop, int? axis = null, TimePadding padding = TimePadding.Keep) =>
        ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0, Streaming = new StreamingOptions(hop), TimeAxis = axis, TimePadding = padding });

    private static ConversionResult? TryConvert(int seed, bool pads, TimePadding padding, int? hop)
    {
        try
        {
            return Convert(TemporalGraphs.Make(seed, pads), hop, null, padding);
        }
        catch (ConversionException e) when (!e.Message.Contains("must not happen", StringComparison.Ordinal))
        {
            return null;
        }
    }
}
