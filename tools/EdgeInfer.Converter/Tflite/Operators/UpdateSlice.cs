using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>DYNAMIC_UPDATE_SLICE: input, part, first indexes, which are known at conversion.</summary>
internal static class UpdateSlice
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        if (!op.Input(2).IsConstant)
        {
            throw op.Refuse(
                $"its first indexes '{op.Input(2).Name}' are computed; only constants are supported",
                "Keep the newest rows by SLICE and CONCATENATION, or choose between rows with SELECT_V2",
                ErrorCode.NotConstant);
        }

        return new Converter.Operators.UpdateSlice(op.Input(0), op.Input(1), op.ConstantInts(2), op.Output(0));
    }
}
