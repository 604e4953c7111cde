using EdgeInfer.Kernels;

namespace EdgeInfer.Cli.Inspection;

/// <summary>Which words of a record refer to tensors and constants, the output apart.</summary>
/// <param name="Operands">Fields that hold the position of a tensor entry, or <see cref="Record.None"/>.</param>
/// <param name="Bytes">Fields that hold an offset into the bytes section.</param>
/// <param name="Halves">Fields that hold an index into the halves section.</param>
/// <param name="Words">Fields that hold a position in the words section.</param>
internal sealed record RecordLayout(int[] Operands, int[] Bytes, int[] Halves, int[] Words)
{
    /// <summary>The layout of a record.</summary>
    /// <param name="model">The model.</param>
    /// <param name="record">Where the record begins in the words section.</param>
    /// <returns>The layout.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The record's operator has no layout here.</exception>
    public static RecordLayout Of(Model model, int record)
    {
        OperatorCode code = (OperatorCode)model.Words[record + Record.Code];
        switch (code)
        {
            case OperatorCode.Fill:
                return new([], [], [], []);
            case OperatorCode.LoadConstant:
                return TypeOf(model, record + Record.Output) switch
                {
                    TensorType.Int8 or TensorType.UInt8 => new([], [LoadConstant.Data], [], []),
                    TensorType.Int16 => new([], [], [LoadConstant.Data], []),
                    _ => new([], [], [], [LoadConstant.Data]),
                };
            case OperatorCode.Copy:
                return new([Copy.Input], [], [], []);
            case OperatorCode.Conv2D:
                return new([Conv2D.Input, Conv2D.Tiles, Conv2D.Lanes, Conv2D.Sums], [Conv2D.Weights], [], [Conv2D.Channels]);
            case OperatorCode.DepthwiseConv2D:
                return new([DepthwiseConv2D.Input, DepthwiseConv2D.Plane], [DepthwiseConv2D.Weights], [], [DepthwiseConv2D.Channels]);
            case OperatorCode.FullyConnected:
                return new([FullyConnected.Input], [FullyConnected.Weights], [], [FullyConnected.Channels]);
            case OperatorCode.AveragePool2D or OperatorCode.MaxPool2D:
                return new([Pool2D.Input], [], [], []);
            case OperatorCode.Softmax:
                return new([Softmax.Input], [], [], [Softmax.Exponentials]);
            case OperatorCode.Lookup:
                return new([Lookup.Input], [Lookup.Table], [], []);
            case OperatorCode.Add or OperatorCode.Mul:
                return new([Broadcast.Input1, Broadcast.Input2], [], [], []);
            case OperatorCode.Mean:
                return new([Mean.Input], [], [], []);
            case OperatorCode.Requantize:
                return new([Requantize.Input], [], [], []);
            case OperatorCode.Quantize:
                return new([Quantize.Input], [], [], []);
            case OperatorCode.Dequantize:
                return new([Dequantize.Input], [], [], []);
            case OperatorCode.Svdf:
                int[] tensors = [Svdf.Input, Svdf.State, Svdf.Sums];
                return TypeOf(model, record + Svdf.State) == TensorType.Int8
                    ? new(tensors, [Svdf.FeatureWeights, Svdf.TimeWeights], [], [Svdf.Biases])
                    : new(tensors, [Svdf.FeatureWeights], [Svdf.TimeWeights], [Svdf.Biases]);
            case OperatorCode.UnidirectionalSequenceLstm:
                return new(
                    [UnidirectionalSequenceLstm.Input, UnidirectionalSequenceLstm.HiddenState, UnidirectionalSequenceLstm.CellState, UnidirectionalSequenceLstm.Sums],
                    [UnidirectionalSequenceLstm.InputWeights, UnidirectionalSequenceLstm.RecurrentWeights],
                    [UnidirectionalSequenceLstm.Sigmoid],
                    [UnidirectionalSequenceLstm.Biases]);
            default:
                throw new ArgumentOutOfRangeException(nameof(record), code, "The layout of this operator's record is not known.");
        }
    }

    /// <summary>Element type of an operand.</summary>
    /// <param name="model">The model.</param>
    /// <param name="field">Position of the operand in the words section.</param>
    /// <returns>Its type.</returns>
    public static TensorType TypeOf(Model model, int field) =>
        (TensorType)(model.Words[model.Words[field] + BlobFormat.TensorKind] & ~BlobFormat.PersistentFlag);
}
