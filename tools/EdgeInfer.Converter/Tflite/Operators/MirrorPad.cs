using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>MIRROR_PAD: input, and two numbers a dimension, before and behind; option mode (0 REFLECT, 1 SYMMETRIC).</summary>
internal static class MirrorPad
{
    private const int Mode = 0;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        (int[] before, int[] after) = TflitePairs.Read(op, 1);
        return new Converter.Operators.MirrorPad(op.Input(0), before, after, op.Options.Int8(Mode) == 0, op.Output(0));
    }
}
