using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>RESHAPE: input, shape; option the shape, too. SQUEEZE: input; option the dimensions. EXPAND_DIMS: input, dimension.</summary>
internal static class Reshape
{
    private const int NewShape = 0;
    private const int Squeezed = 0;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        // The operand goes before the option, in which [0] stands for a scalar. What neither says, as where the operand is computed, the output's shape does.
        GraphTensor? operand = op.OptionalInput(1);
        int[] declared = op.Output(0).Shape;
        int[] shape = operand is not { Shape.Length: 1 } ? op.Options.Int32s(NewShape) : operand.IsConstant ? op.ConstantInts(1) : [];
        if (shape.Length == 0) shape = declared;
        if (shape is [0]) shape = [];
        if (shape.Count(n => n == -1) > 1) throw op.Refuse($"its shape [{string.Join(',', shape)}] leaves more than one dimension open", code: ErrorCode.Demand);

        // The dimension that is left open follows from the number of elements, which the graph's operator compares.
        return Import(op, shape.Select((n, d) => n == -1 && d < declared.Length ? declared[d] : n));
    }

    /// <summary>Imports SQUEEZE.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportSqueeze(TfliteOperator op)
    {
        int[] shape = op.Input(0).Shape;
        int[] axes = [.. op.Options.Int32s(Squeezed).Select(axis => TfliteAxis.Resolve(axis, shape.Length))];
        return Import(op, shape.Where((n, d) => axes.Length == 0 ? n != 1 : !axes.Contains(d)));
    }

    /// <summary>Imports EXPAND_DIMS.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportExpansion(TfliteOperator op)
    {
        int[] shape = op.Input(0).Shape;
        int axis = TfliteAxis.Read(op, 1, shape.Length + 1);
        if (axis < 0 || axis > shape.Length) throw op.Refuse($"there is no place {axis} for a dimension in a tensor of {shape.Length}", code: ErrorCode.Demand);
        return Import(op, [.. shape[..axis], 1, .. shape[axis..]]);
    }

    private static Converter.Operators.Reshape Import(TfliteOperator op, IEnumerable<int> shape) => new(op.Input(0), op.Output(0, shape));
}
