using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>CUMSUM: input, dimension; options exclusive, reverse.</summary>
internal static class CumulativeSum
{
    private const int Exclusive = 0;
    private const int Reverse = 1;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        GraphTensor input = op.Input(0);
        int[] axis = op.ConstantInts(1);
        if (axis.Length != 1) throw op.Refuse($"{axis.Length} dimensions are given, it has one");
        return new Converter.Operators.CumulativeSum(
            input, TfliteAxis.Resolve(axis[0], input.Shape.Length), op.Options.Bool(Exclusive), op.Options.Bool(Reverse), op.Output(0));
    }
}
