using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>
/// GATHER: input, indexes; options axis, batch dimensions. GATHER_ND: input, tuples of indexes into its first dimensions.
/// EMBEDDING_LOOKUP: indexes, rows.
/// </summary>
internal static class Gather
{
    private const int Axis = 0;
    private const int BatchDimensions = 1;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        GraphTensor input = op.Input(0);
        int axis = TfliteAxis.Resolve(op.Options.Int32(Axis), input.Shape.Length);
        int batchDimensions = op.Options.Int32(BatchDimensions);
        if (batchDimensions < 0) batchDimensions += op.Input(1).Shape.Length;
        if (batchDimensions != 0 || !op.Input(1).IsConstant) return new GatherRows(input, axis, batchDimensions, op.Input(1), op.Output(0));
        if (axis < 0 || axis >= input.Shape.Length) throw op.Refuse($"there is no dimension {axis} in a tensor of {input.Shape.Length}", code: ErrorCode.Demand);
        return new Converter.Operators.Gather(input, axis, 1, op.ConstantInts(1), op.Output(0, [.. input.Shape[..axis], .. op.Input(1).Shape, .. input.Shape[(axis + 1)..]]));
    }

    /// <summary>Imports EMBEDDING_LOOKUP.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportEmbedding(TfliteOperator op) => new GatherRows(op.Input(1), 0, 0, op.Input(0), op.Output(0));

    /// <summary>Imports GATHER_ND.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportNd(TfliteOperator op)
    {
        if (!op.Input(1).IsConstant) return new GatherTuples(op.Input(0), op.Input(1), op.Output(0));
        int[] shape = op.Input(0).Shape, tuples = op.ConstantInts(1);
        int length = op.Input(1).Shape is [.., var last] ? last : 0;
        if (length < 1 || length > shape.Length) throw op.Refuse($"tuples of {length} indexes do not fit a tensor of {shape.Length} dimensions");

        int[] indices = new int[tuples.Length / length];
        for (int i = 0; i < tuples.Length; i++)
        {
            int dimension = i % length;
            if (tuples[i] < 0 || tuples[i] >= shape[dimension]) throw op.Refuse($"the index {tuples[i]} is not in 0 to {shape[dimension] - 1}");
            indices[i / length] = (indices[i / length] * shape[dimension]) + tuples[i];
        }

        return new Converter.Operators.Gather(op.Input(0), 0, length, indices, op.Output(0, [.. op.Input(1).Shape[..^1], .. shape[length..]]));
    }
}
