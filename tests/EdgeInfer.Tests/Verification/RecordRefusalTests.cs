using Conv = EdgeInfer.Kernels.Conv2D;
using CopyFields = EdgeInfer.Kernels.Copy;
using Depthwise = EdgeInfer.Kernels.DepthwiseConv2D;
using Dense = EdgeInfer.Kernels.FullyConnected;
using FourBitConv = EdgeInfer.Kernels.Conv2DInt4;
using FourBitDense = EdgeInfer.Kernels.FullyConnectedInt4;
using FillFields = EdgeInfer.Kernels.Fill;
using Load = EdgeInfer.Kernels.LoadConstant;
using LookupFields = EdgeInfer.Kernels.Lookup;
using Packing = EdgeInfer.Kernels.PackWeights;

namespace EdgeInfer.Tests.Verification;

/// <summary>Records with one wrong field each: the refusal names the operator, the field and its byte.</summary>
public class RecordRefusalTests
{
    private const int Far = 1 << 20;
    private const string FourBitConvolution = "convolution with 4-bit weights";

    public static TheoryData<string, OperatorCode, int, int, string> Wrong => new()
    {
        { "convolution", OperatorCode.Conv2D, Record.Length, Conv.Words + 1, "length" },
        { "convolution", OperatorCode.Conv2D, Record.Units, 2, "units" },
        { "convolution", OperatorCode.Conv2D, Record.Units, 0, "units" },
        { "convolution", OperatorCode.Conv2D, Record.Work, 0, "work" },
        { "convolution", OperatorCode.Conv2D, Record.Output, 1, "output" },
        { "convolution", OperatorCode.Conv2D, Record.Output, Far, "output" },
        { "convolution", OperatorCode.Conv2D, Conv.Input, -3, "input" },
        { "convolution", OperatorCode.Conv2D, Conv.Tiles, 0, "tiles" },
        { "convolution", OperatorCode.Conv2D, Conv.Accumulators, 0, "accumulators" },
        { "convolution", OperatorCode.Conv2D, Conv.Sums, 0, "sums" },
        { "convolution", OperatorCode.Conv2D, Conv.Weights, -1, "weights" },
        { "convolution", OperatorCode.Conv2D, Conv.Weights, 4, "weights" },
        { "convolution", OperatorCode.Conv2D, Conv.Channels + Channel.Biases, 0, "biases" },
        { "convolution", OperatorCode.Conv2D, Conv.Channels + Channel.Biases, Far, "biases" },
        { "convolution", OperatorCode.Conv2D, Conv.Channels + Channel.Scales, 0, "scales" },
        { "convolution", OperatorCode.Conv2D, Conv.Channels + Channel.Scales, Far, "scales" },
        { "convolution", OperatorCode.Conv2D, Conv.Channels + Channel.ScaleStep, 1, "scale step" },
        { "convolution", OperatorCode.Conv2D, Conv.Channels + Channel.ScaleStep, 3, "scale step" },
        { "convolution", OperatorCode.Conv2D, Conv.Batches, 0, "batches" },
        { "convolution", OperatorCode.Conv2D, Conv.InputHeight, 0, "input height" },
        { "convolution", OperatorCode.Conv2D, Conv.InputHeight, 6, "input" },
        { "convolution", OperatorCode.Conv2D, Conv.InputWidth, -1, "input width" },
        { "convolution", OperatorCode.Conv2D, Conv.InputChannels, 0, "input channels" },
        { "convolution", OperatorCode.Conv2D, Conv.InputChannels, 5, "groups" },
        { "convolution", OperatorCode.Conv2D, Conv.OutputHeight, 0, "output height" },
        { "convolution", OperatorCode.Conv2D, Conv.OutputWidth, int.MinValue, "output width" },
        { "convolution", OperatorCode.Conv2D, Conv.OutputChannels, 0, "output channels" },
        { "convolution", OperatorCode.Conv2D, Conv.OutputChannels, 7, "groups" },
        { "convolution", OperatorCode.Conv2D, Conv.FilterHeight, 0, "filter height" },
        { "convolution", OperatorCode.Conv2D, Conv.FilterHeight, 4, "weights" },
        { "convolution", OperatorCode.Conv2D, Conv.FilterWidth, 0, "filter width" },
        { "convolution", OperatorCode.Conv2D, Conv.StrideHeight, 0, "stride height" },
        { "convolution", OperatorCode.Conv2D, Conv.StrideWidth, -1, "stride width" },
        { "convolution", OperatorCode.Conv2D, Conv.DilationHeight, 0, "dilation height" },
        { "convolution", OperatorCode.Conv2D, Conv.DilationWidth, 65537, "dilation width" },
        { "convolution", OperatorCode.Conv2D, Conv.Groups, 0, "groups" },
        { "convolution", OperatorCode.Conv2D, Conv.Groups, 3, "groups" },
        { "convolution", OperatorCode.Conv2D, Conv.InputZeroPoint, 128, "input zero point" },
        { "convolution", OperatorCode.Conv2D, Conv.OutputZeroPoint, -129, "output zero point" },
        { "convolution", OperatorCode.Conv2D, Conv.ActivationMin, -129, "activation min" },
        { "convolution", OperatorCode.Conv2D, Conv.ActivationMax, 128, "activation max" },
        { "convolution", OperatorCode.Conv2D, Conv.ActivationMax, 2, "activation max" },
        { "convolution", OperatorCode.Conv2D, Conv.Triples, 0, "triples" },
        { "convolution", OperatorCode.Conv2D, Conv.Triples, 65537, "triples" },
        { "convolution", OperatorCode.Conv2D, Conv.Packing, 3, "packing" },
        { "convolution", OperatorCode.Conv2D, Conv.Packing, Conv.Strip, "packing" },
        { "convolution", OperatorCode.Conv2D, Conv.LaneTiles, 2, "lane tiles" },
        { "convolution", OperatorCode.Conv2D, Conv.Finish, Conv.Skipping + 1, "finish" },
        { "convolution with pruned weights", OperatorCode.Conv2D, Conv.Finish, Conv.FromSums, "sums" },
        { "convolution of rows", OperatorCode.Conv2D, Conv.Finish, Conv.Skipping, "finish" },
        { FourBitConvolution, OperatorCode.Conv2DInt4, Record.Length, FourBitConv.Words - 1, "length" },
        { FourBitConvolution, OperatorCode.Conv2DInt4, FourBitConv.Tiles, 0, "tiles" },
        { FourBitConvolution, OperatorCode.Conv2DInt4, FourBitConv.Window, 0, "window" },
        { FourBitConvolution, OperatorCode.Conv2DInt4, FourBitConv.Sums, 0, "sums" },
        { FourBitConvolution, OperatorCode.Conv2DInt4, FourBitConv.Weights, 8, "weights" },
        { FourBitConvolution, OperatorCode.Conv2DInt4, FourBitConv.FilterHeight, 4, "weights" },
        { FourBitConvolution, OperatorCode.Conv2DInt4, FourBitConv.Groups, 3, "groups" },
        { FourBitConvolution, OperatorCode.Conv2DInt4, FourBitConv.InputHeight, 6, "input" },
        { FourBitConvolution, OperatorCode.Conv2DInt4, FourBitConv.Block, 0, "block" },
        { FourBitConvolution, OperatorCode.Conv2DInt4, FourBitConv.Block, FourBitConv.MaximumBlock, "tiles" },
        { "fully connected with 4-bit weights", OperatorCode.FullyConnectedInt4, FourBitDense.Depth, 0, "depth" },
        { "fully connected with 4-bit weights", OperatorCode.FullyConnectedInt4, FourBitDense.Depth, 87, "input" },
        { "fully connected with 4-bit weights", OperatorCode.FullyConnectedInt4, FourBitDense.Weights, 8, "weights" },
        { "fully connected with 4-bit weights", OperatorCode.FullyConnectedInt4, FourBitDense.Block, 6, "block" },
        { "fully connected with 4-bit weights", OperatorCode.FullyConnectedInt4, FourBitDense.Sums, 0, "sums" },
        { "convolution of a strip", OperatorCode.Conv2D, Conv.Triples, 3, "packing" },
        { "convolution of a strip", OperatorCode.Conv2D, Conv.Triples, 4, "tiles" },
        { "convolution of a strip", OperatorCode.Conv2D, Conv.DilationWidth, 2, "packing" },
        { "convolution of a strip", OperatorCode.Conv2D, Conv.StrideWidth, 2, "tiles" },
        { "convolution of rows", OperatorCode.Conv2D, Conv.Triples, 6, "triples" },
        { "convolution of rows", OperatorCode.Conv2D, Conv.Packing, Conv.Strip, "packing" },
        { "convolution of rows", OperatorCode.Conv2D, Conv.StrideWidth, 1, "packing" },
        { "convolution of rows", OperatorCode.Conv2D, Conv.FilterWidth, 7, "packing" },
        { "convolution of rows", OperatorCode.Conv2D, Conv.OutputWidth, 6, "packing" },
        { "convolution of rows", OperatorCode.Conv2D, Conv.Finish, Conv.FromLanes, "finish" },
        { "convolution of rows", OperatorCode.Conv2D, Conv.DilationWidth, 2, "dilation width" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Record.Length, Depthwise.Words - 1, "length" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Record.Units, 4, "units" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.Variant, -1, "variant" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.Variant, Depthwise.StrideOne, "filter height" },
        { "depthwise with multiplier", OperatorCode.DepthwiseConv2D, Depthwise.Variant, Depthwise.OnePosition, "scratch" },
        { "depthwise of stride one", OperatorCode.DepthwiseConv2D, Depthwise.PadTop, 2, "pad top" },
        { "depthwise of stride one", OperatorCode.DepthwiseConv2D, Depthwise.PadLeft, 2, "pad left" },
        { "depthwise of stride one", OperatorCode.DepthwiseConv2D, Depthwise.DilationWidth, 2, "dilation width" },
        { "depthwise of stride one", OperatorCode.DepthwiseConv2D, Depthwise.OutputHeight, 5, "output height" },
        { "depthwise of stride one", OperatorCode.DepthwiseConv2D, Depthwise.ActivationMin, -128, "activation min" },
        { "depthwise of three columns", OperatorCode.DepthwiseConv2D, Depthwise.Variant, Depthwise.FiveColumns, "input width" },
        { "depthwise of three columns", OperatorCode.DepthwiseConv2D, Depthwise.Variant, Depthwise.StrideTwo, "stride height" },
        { "depthwise of three columns", OperatorCode.DepthwiseConv2D, Depthwise.Variant, Depthwise.OnePosition, "output height" },
        { "depthwise of three columns", OperatorCode.DepthwiseConv2D, Depthwise.OutputHeight, 2, "output height" },
        { "depthwise of five columns", OperatorCode.DepthwiseConv2D, Depthwise.InputHeight, 2, "input height" },
        { "depthwise of five columns", OperatorCode.DepthwiseConv2D, Depthwise.PadLeft, 0, "pad left" },
        { "depthwise of stride two", OperatorCode.DepthwiseConv2D, Depthwise.OutputHeight, 2, "output height" },
        { "depthwise of stride two", OperatorCode.DepthwiseConv2D, Depthwise.InputWidth, 4, "input width" },
        { "depthwise of one position", OperatorCode.DepthwiseConv2D, Depthwise.Scratch, 0, "scratch" },
        { "depthwise of one position", OperatorCode.DepthwiseConv2D, Depthwise.PadLeft, 1, "pad left" },
        { "depthwise of one position", OperatorCode.DepthwiseConv2D, Depthwise.InputHeight, 2, "input height" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.Input, 6, "input" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.Scratch, 0, "scratch" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.Weights, 5, "weights" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.Channels + Channel.Biases, -1, "biases" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.Batches, 0, "batches" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.InputHeight, 0, "input height" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.InputWidth, 70000, "input width" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.InputChannels, 0, "input channels" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.DepthMultiplier, 0, "depth multiplier" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.OutputHeight, 0, "output height" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.OutputWidth, -4, "output width" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.FilterHeight, 4097, "filter height" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.FilterWidth, 0, "filter width" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.StrideHeight, 0, "stride height" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.StrideWidth, 4097, "stride width" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.DilationHeight, 0, "dilation height" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.DilationWidth, 2, "scratch" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.InputZeroPoint, -129, "input zero point" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.OutputZeroPoint, 200, "output zero point" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.ActivationMin, 128, "activation min" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.ActivationMax, -129, "activation max" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.Variant, Depthwise.Columns + 1, "variant" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.Finish, Depthwise.Signed + 1, "finish" },
        { "depthwise in place", OperatorCode.DepthwiseConv2D, Depthwise.Finish, Depthwise.CutBelow, "activation min" },
        { "depthwise along a row", OperatorCode.DepthwiseConv2D, Depthwise.ActivationMin, -128, "activation min" },
        { "depthwise along a row", OperatorCode.DepthwiseConv2D, Depthwise.Variant, Depthwise.General, "scratch" },
        { "depthwise of several passes", OperatorCode.DepthwiseConv2D, Depthwise.FilterWidth, 32, "filter width" },
        { "depthwise of several passes", OperatorCode.DepthwiseConv2D, Depthwise.OutputWidth, 13, "scratch" },
        { "depthwise of stride one", OperatorCode.DepthwiseConv2D, Depthwise.Finish, Depthwise.Rounded, "finish" },
        { "depthwise of stride one, not cut", OperatorCode.DepthwiseConv2D, Depthwise.Finish, Depthwise.CutBelow, "activation min" },
        { "depthwise of stride two", OperatorCode.DepthwiseConv2D, Depthwise.Finish, Depthwise.Signed, "finish" },
        { "depthwise of one position", OperatorCode.DepthwiseConv2D, Depthwise.Finish, Depthwise.CutBelow, "finish" },
        { "fully connected", OperatorCode.FullyConnected, Record.Length, Dense.Words + 2, "length" },
        { "fully connected", OperatorCode.FullyConnected, Record.Units, 3, "input" },
        { "fully connected", OperatorCode.FullyConnected, Dense.Input, Record.None, "input" },
        { "fully connected", OperatorCode.FullyConnected, Dense.Weights, Far, "weights" },
        { "fully connected", OperatorCode.FullyConnected, Dense.Channels + Channel.Scales, -1, "scales" },
        { "fully connected", OperatorCode.FullyConnected, Dense.Depth, 0, "depth" },
        { "fully connected", OperatorCode.FullyConnected, Dense.OutputChannels, 0, "output channels" },
        { "fully connected", OperatorCode.FullyConnected, Dense.OutputZeroPoint, 128, "output zero point" },
        { "fully connected", OperatorCode.FullyConnected, Dense.ActivationMin, -1000, "activation min" },
        { "fully connected", OperatorCode.FullyConnected, Dense.ActivationMax, 1000, "activation max" },
        { "fully connected", OperatorCode.FullyConnected, Dense.WeightZeroPoint, -129, "weight zero point" },
        { "fully connected", OperatorCode.FullyConnected, Dense.Block, 6, "block" },
        { "fully connected", OperatorCode.FullyConnected, Dense.Block, 2, "units" },
        { "fully connected", OperatorCode.FullyConnected, Dense.Sums, Record.None, "sums" },
        { "fully connected", OperatorCode.FullyConnected, Dense.Packed, 0, "packed weights" },
        { SampleGraphs.PackedSample, OperatorCode.FullyConnected, Dense.Block, 4, "block" },
        { SampleGraphs.PackedSample, OperatorCode.FullyConnected, Dense.Packed, -3, "packed weights" },
        { SampleGraphs.PackedSample, OperatorCode.FullyConnected, Dense.Sums, 0, "sums" },
        { "copy", OperatorCode.Copy, Record.Units, 2, "units" },
        { "copy", OperatorCode.Copy, CopyFields.Input, 3, "input" },
        { "copy", OperatorCode.Copy, CopyFields.InputStart, -1, "input start" },
        { "copy", OperatorCode.Copy, CopyFields.InputStart, 1, "input" },
        { "copy", OperatorCode.Copy, CopyFields.OutputStart, 1, "output" },
        { "copy", OperatorCode.Copy, CopyFields.OutputStart, int.MaxValue, "output start" },
        { "copy", OperatorCode.Copy, CopyFields.RunLength, 0, "run" },
        { "copy", OperatorCode.Copy, CopyFields.RunStep, -12, "input start" },
        { "copy", OperatorCode.Copy, CopyFields.RunStep, int.MinValue, "run step" },
        { "copy", OperatorCode.Copy, CopyFields.Lengths, 2, "run" },
        { "copy", OperatorCode.Copy, CopyFields.Lengths + 3, 0, "length" },
        { "copy", OperatorCode.Copy, CopyFields.InputStrides + 2, 1 << 25, "stride" },
        { "copy", OperatorCode.Copy, CopyFields.OutputStrides + 2, -6, "output start" },
        { "state and constants", OperatorCode.Lookup, Record.Units, 2, "units" },
        { "state and constants", OperatorCode.Lookup, LookupFields.Count, 0, "count" },
        { "state and constants", OperatorCode.Lookup, LookupFields.Table, -1, "table" },
        { "state and constants", OperatorCode.Lookup, LookupFields.Table, 100, "table" },
    };

    public static TheoryData<OperatorCode, int, int, string> WrongInReset => new()
    {
        { OperatorCode.Fill, Record.Units, 2, "units" },
        { OperatorCode.Fill, FillFields.Count, 0, "count" },
        { OperatorCode.LoadConstant, Record.Units, 7, "units" },
        { OperatorCode.LoadConstant, Load.Count, 0, "count" },
        { OperatorCode.LoadConstant, Load.Data, -1, "data" },
    };

    public static TheoryData<int, int, string> WrongInPacking => new()
    {
        { Record.Units, 2, "units" },
        { Packing.Weights, -1, "weights" },
        { Packing.Rows, 0, "rows" },
        { Packing.Rows, 10, "weights" },
        { Packing.Depth, 1 << 21, "depth" },
        { Record.Output, 0, "output" },
    };

    [Theory]
    [MemberData(nameof(WrongInPacking))]
    public void Is_refused_where_weights_are_packed(int field, int value, string name)
    {
        BlobEditor editor = new(SampleGraphs.Blob(SampleGraphs.PackedSample));
        editor[Assert.Single(editor.ResetProgram) + field] = value;
        Refusal.Expect(editor, "reset operator ", name);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Is_refused(string sample, OperatorCode code, int field, int value, string name)
    {
        BlobEditor editor = new(SampleGraphs.Blob(sample));
        int record = editor.Find(code);
        editor[record + field] = value;
        BlobException refusal = Refusal.Expect(editor, "operator ", name);

        // What the rest of the record contradicts is found at the field that no longer fits, which need not be the changed one.
        int word = (refusal.Position - BlobFormat.HeaderBytes) / 4;
        Assert.InRange(word, record, record + editor[record + Record.Length]);
        bool isFound = field is Record.Length or Record.Units or Record.Work;
        if (!isFound) Assert.Contains($"({code})", refusal.Operator, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WrongInReset))]
    public void Is_refused_in_the_reset_program(OperatorCode code, int field, int value, string name)
    {
        BlobEditor editor = new(SampleGraphs.Blob("state and constants"));
        int record = editor.ResetProgram.First(r => editor[r + Record.Code] == (int)code);
        editor[record + field] = value;
        Refusal.Expect(editor, "reset operator ", name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(KernelCatalog.Count)]
    [InlineData(int.MaxValue)]
    public void An_unknown_operator_is_refused(int code)
    {
        BlobEditor editor = new(SampleGraphs.Blob("network"));
        editor[editor.MainProgram[1] + Record.Code] = code;
        Refusal.Expect(editor, "operator 1", "code", Refusal.ByteOf(editor.MainProgram[1]), "unknown to this runtime");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(-27)]
    [InlineData(1 << 20)]
    public void A_record_that_leaves_the_section_is_refused(int length)
    {
        BlobEditor editor = new(SampleGraphs.Blob("network"));
        editor[editor.MainProgram[^1] + Record.Length] = length;
        Refusal.Expect(editor, "operator 3", "length", Refusal.ByteOf(editor.MainProgram[^1] + Record.Length));
    }

    [Theory]
    [InlineData(Channel.Multiplier, -1, "multiplier")]
    [InlineData(Channel.Shift, 0, "shift")]
    [InlineData(Channel.Shift, 63, "shift")]
    public void A_scale_out_of_range_is_refused(int part, int value, string name)
    {
        BlobEditor editor = new(SampleGraphs.Blob("convolution"));
        int scale = editor[editor.MainProgram[0] + Conv.Channels + Channel.Scales] + part;
        editor[scale] = value;
        Refusal.Expect(editor, "operator 0 (Conv2D)", name, Refusal.ByteOf(scale));
    }
}
