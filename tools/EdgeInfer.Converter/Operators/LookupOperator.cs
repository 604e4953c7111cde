using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Lookup;

namespace EdgeInfer.Converter.Operators;

/// <summary>A function of one int8 number, evaluated here for all 256 of them: devices look the result up. Some are functions of an int16 number, too.</summary>
/// <param name="input">Input.</param>
/// <param name="output">Output, as many elements.</param>
public abstract class LookupOperator(GraphTensor input, GraphTensor output) : Operator([input], [output])
{
    /// <summary>The function.</summary>
    /// <param name="value">An element of the input, -128 to 127.</param>
    /// <returns>The element of the output, -128 to 127.</returns>
    public abstract int Evaluate(int value);

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        if (Int16Operands.AreOf(this))
        {
            PackWide(packer);
            return;
        }

        sbyte[] table = new sbyte[256];
        for (int value = sbyte.MinValue; value <= sbyte.MaxValue; value++) table[value - sbyte.MinValue] = (sbyte)Evaluate(value);
        Pack(packer, Input, Output, table);
    }

    /// <summary>Packs the same function of 16-bit numbers, which no table holds; only functions whose check lets them pass have one.</summary>
    /// <param name="packer">Receives the record.</param>
    protected virtual void PackWide(Packer packer) => throw new InvalidOperationException($"{Name} has no form for 16 bits.");

    /// <summary>Packs a table.</summary>
    /// <param name="packer">Receives the record.</param>
    /// <param name="input">Input, int8 or uint8.</param>
    /// <param name="output">Output, int8 or uint8.</param>
    /// <param name="table">The bits of the outputs for the inputs -128 to 127; an unsigned input counts as the signed number of the same bits.</param>
    internal static void Pack(Packer packer, GraphTensor input, GraphTensor output, sbyte[] table)
    {
        PackedRecord record = packer.Add(OperatorCode.Lookup, Layout.Words, output);
        record.SetOperand(Layout.Input, input);
        record.SetBytes(Layout.Table, table);
        record[Layout.Count] = input.Count;
        record.SetUnits(1, input.Count);
        record.AllowInPlace(Layout.Input);
    }
}
