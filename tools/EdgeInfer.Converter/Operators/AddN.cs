using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.AddN;

namespace EdgeInfer.Converter.Operators;

/// <summary>Sum of several int8 tensors of one shape and quantization.</summary>
/// <param name="inputs">Two or more operands.</param>
/// <param name="output">Output.</param>
public sealed class AddN(GraphTensor[] inputs, GraphTensor output) : Operator(inputs, [output])
{
    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        problems.Demand(Inputs.Length is >= 2 and <= Layout.MaximumInputs, this, $"it has {Inputs.Length} inputs, supported are 2 to {Layout.MaximumInputs}", "Add in several steps");
        if (!Int8Operands.Check(this, problems)) return;
        problems.Demand(Output.Count > 0, this, "its output is empty");
        foreach (GraphTensor? input in Inputs)
        {
            problems.Demand(
                input!.Shape.SequenceEqual(Output.Shape),
                this,
                $"the output shape [{string.Join(',', Output.Shape)}] does not follow from input [{string.Join(',', input.Shape)}]");
            problems.Demand(input.Quantization!.IsSameAs(Input.Quantization), this, $"'{input.Name}' and '{Input.Name}' have different scales or zero points", "Use sums of two tensors", ErrorCode.Quantization);
        }

        SumFactor.Check(this, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        PackedRecord record = packer.Add(OperatorCode.AddN, Layout.Words, Output);
        for (int i = 0; i < Layout.MaximumInputs; i++)
        {
            if (i < Inputs.Length) record.SetOperand(Layout.Inputs + i, Inputs[i]!);
            else record[Layout.Inputs + i] = Record.None;
        }

        record[Layout.Count] = Output.Count;
        record[Layout.Offset] = (Inputs.Length + 1) * Input.Quantization!.ZeroPoint;
        record[Layout.OutputZeroPoint] = Output.Quantization!.ZeroPoint;
        (record[Layout.Multiplier], record[Layout.Shift]) = SumFactor.Fields(this);
        record.SetUnits(1, (long)Output.Count * Layout.MaximumInputs);
        record.AllowInPlace(Layout.Inputs);
    }
}
