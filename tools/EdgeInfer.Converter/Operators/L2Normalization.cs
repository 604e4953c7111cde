using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.L2Normalization;

namespace EdgeInfer.Converter.Operators;

/// <summary>Every vector along the last dimension divided by its length, int8 to int8 with scale 1/128 and zero point 0.</summary>
/// <param name="input">Input.</param>
/// <param name="output">Output.</param>
/// <remarks>The input's scale does not matter: it divides itself away.</remarks>
public sealed class L2Normalization(GraphTensor input, GraphTensor output) : Operator([input], [output])
{
    private int Depth => Input.Shape[^1];

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!RowOperator.Check(this, problems)) return;
        problems.Demand(Depth <= Layout.MaximumDepth, this, $"its rows have {Depth} elements, supported are {Layout.MaximumDepth}");
        UnaryOperator.CheckFixedOutput(this, 1f / 128, 0, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        PackedRecord record = packer.Add(OperatorCode.L2Normalization, Layout.Words, Output);
        record.SetOperand(Layout.Input, Input);
        record[Layout.Depth] = Depth;
        record[Layout.ZeroPoint] = Input.Quantization!.ZeroPoint;
        record.SetUnits(Input.Count / Depth, Input.Count);
        record.AllowInPlace(Layout.Input);
    }
}
