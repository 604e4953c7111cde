using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>SPACE_TO_BATCH_ND: input, block, paddings. BATCH_TO_SPACE_ND: input, block, crops. Paddings and crops are two numbers a dimension of the block.</summary>
internal static class SpaceToBatch
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        (int[] before, int[] after) = TflitePairs.Read(op, 2);
        return new Converter.Operators.SpaceToBatch(op.Input(0), op.ConstantInts(1), before, after, op.Output(0));
    }

    /// <summary>Imports BATCH_TO_SPACE_ND.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportBatchToSpace(TfliteOperator op)
    {
        (int[] before, int[] after) = TflitePairs.Read(op, 2);
        return new Converter.Operators.BatchToSpace(op.Input(0), op.ConstantInts(1), before, after, op.Output(0));
    }
}
