using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using FloatLayout = EdgeInfer.Kernels.Quantize;
using Layout = EdgeInfer.Kernels.Requantize;

namespace EdgeInfer.Converter.Operators;

/// <summary>Float to integer, or integer to integer of another type, scale or zero point.</summary>
/// <param name="input">Input: float, or 8 (signed or unsigned), 16 or 32-bit integers with quantization.</param>
/// <param name="output">Output: 8, 16 or (from integers) 32-bit integers with quantization.</param>
/// <remarks>PrepareQuantizeReference of tflite-micro (micro/kernels/quantize_common.cc), which supports fewer pairs of types.</remarks>
public sealed class Quantize(GraphTensor input, GraphTensor output) : Operator([input], [output])
{
    /// <summary>From here on a table of 256 bytes pays for itself: an element costs half.</summary>
    private const int LookupCount = 128;

    private double Ratio => (double)Input.Quantization!.Scale / Output.Quantization!.Scale;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        ElementType[] integers = [ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Int32];
        bool isFloat = Input.Type == ElementType.Float32;
        if (!UnaryOperator.Check(this, problems, [ElementType.Float32, .. integers], isFloat ? integers[..3] : integers)) return;
        if (!problems.Demand(Output.Quantization is not null, this, $"its output '{Output.Name}' has no quantization parameters")) return;
        if (isFloat)
        {
            UnaryOperator.CheckEdgeScale(this, Output, problems);
            return;
        }

        if (!problems.Demand(Input.Quantization is not null, this, $"its input '{Input.Name}' has no quantization parameters")) return;
        UnaryOperator.CheckRatio(this, Ratio, problems);
        foreach (GraphTensor tensor in new[] { Input, Output })
        {
            int zeroPoint = tensor.Quantization!.ZeroPoint;
            problems.Demand(zeroPoint is >= short.MinValue and <= short.MaxValue, this, $"the zero point {zeroPoint} of '{tensor.Name}' is not in {short.MinValue} to {short.MaxValue}");
        }
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        if (Input.Type == ElementType.Float32)
        {
            PackFloat(packer);
        }
        else if (IsByte(Input.Type) && IsByte(Output.Type) && Input.Count >= LookupCount)
        {
            sbyte[] table = new sbyte[256];
            for (int bits = sbyte.MinValue; bits <= sbyte.MaxValue; bits++)
            {
                table[bits - sbyte.MinValue] = (sbyte)Requantize(Input.Type == ElementType.UInt8 ? (byte)bits : bits);
            }

            LookupOperator.Pack(packer, Input, Output, table);
        }
        else
        {
            PackInteger(packer, Input, Output, Ratio, RangeOf(Output));
        }
    }

    private static bool IsByte(ElementType type) => type is ElementType.Int8 or ElementType.UInt8;

    private static (int Min, int Max) RangeOf(GraphTensor tensor) =>
        tensor.Type == ElementType.Int32 ? (int.MinValue, int.MaxValue) : ActivationRange.Of(FusedActivation.None, tensor);

    private int Requantize(int value)
    {
        (int min, int max) = RangeOf(Output);
        long scaled = QuantizedMultiplier.FromReal(Ratio).Apply(value - Input.Quantization!.ZeroPoint);
        return (int)Math.Clamp(scaled + Output.Quantization!.ZeroPoint, min, max);
    }

    /// <summary>Writes the record that takes integers to others.</summary>
    /// <param name="packer">Receives it.</param>
    /// <param name="input">Input.</param>
    /// <param name="output">Output.</param>
    /// <param name="ratio">Input scale / output scale, in the precision of the operator's reference.</param>
    /// <param name="range">Smallest and largest output.</param>
    internal static void PackInteger(Packer packer, GraphTensor input, GraphTensor output, double ratio, (int Min, int Max) range)
    {
        QuantizedMultiplier scale = QuantizedMultiplier.FromReal(ratio);
        PackedRecord record = packer.Add(OperatorCode.Requantize, Layout.Words, output);
        record.SetOperand(Layout.Input, input);
        record[Layout.Count] = input.Count;
        record[Layout.InputZeroPoint] = input.Quantization!.ZeroPoint;
        record[Layout.Multiplier] = scale.Multiplier;
        record[Layout.Shift] = scale.Shift;
        record[Layout.OutputZeroPoint] = output.Quantization!.ZeroPoint;
        (record[Layout.Min], record[Layout.Max]) = range;
        record.SetUnits(1, input.Count);
        record.AllowInPlace(Layout.Input);
    }

    private void PackFloat(Packer packer)
    {
        DyadicScale.TryCreate(Output.Quantization!.Scale, out DyadicScale scale);
        PackedRecord record = packer.Add(OperatorCode.Quantize, FloatLayout.Words, Output);
        record.SetOperand(FloatLayout.Input, Input);
        record[FloatLayout.Count] = Input.Count;
        record[FloatLayout.ScaleMantissa] = scale.Mantissa;
        record[FloatLayout.ScaleShift] = scale.Shift;
        record[FloatLayout.ZeroPoint] = Output.Quantization.ZeroPoint;
        record.SetUnits(1, Input.Count);
    }
}
