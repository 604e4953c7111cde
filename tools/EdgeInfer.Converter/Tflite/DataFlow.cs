using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite;

/// <summary>Checks that every value is computed once, before it is used: nothing after the importer expects otherwise.</summary>
internal static class DataFlow
{
    /// <summary>Checks a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(ModelGraph graph, ProblemList problems)
    {
        // Where operators are missing for other reasons, their results are missing as well.
        if (problems.Problems.Count > 0) return;

        HashSet<GraphTensor> known = [];
        foreach (GraphTensor input in graph.Inputs)
        {
            if (input.IsConstant || input.IsVariable || !known.Add(input)) problems.Add($"input '{input.Name}'", "it is a constant, a state, or listed twice", code: ErrorCode.Port);
            CheckPort("input", input, problems);
        }

        foreach (Operator op in graph.Operators)
        {
            foreach (GraphTensor input in op.Inputs.OfType<GraphTensor>())
            {
                if (!input.IsConstant && !input.IsVariable && !known.Contains(input)) problems.Add(op, $"its input '{input.Name}' is used before it is computed", code: ErrorCode.Order);
            }

            foreach (GraphTensor output in op.Outputs)
            {
                bool isNew = op is Converter.Operators.AssignVariable or Converter.Operators.MoveWindow || (!output.IsConstant && !output.IsVariable && known.Add(output));
                if (!isNew) problems.Add(op, $"its output '{output.Name}' has a value already", code: ErrorCode.Order);
                if (output.Count == 0) problems.Add(op, $"its output '{output.Name}' has no elements");
            }
        }

        foreach (GraphTensor output in graph.Outputs)
        {
            if (!output.IsConstant && !output.IsVariable && !known.Contains(output)) problems.Add($"output '{output.Name}'", "no operator computes it", code: ErrorCode.Order);
            CheckPort("output", output, problems);
        }
    }

    private static void CheckPort(string role, GraphTensor tensor, ProblemList problems)
    {
        if (tensor.Type is ElementType.Int64 or ElementType.Int4 or ElementType.Resource or ElementType.Other)
        {
            problems.Add($"{role} '{tensor.Name}'", $"{tensor.Type} is not supported here", "Export the model with an int8 or float input and output", ErrorCode.Port);
        }

        if (tensor.Count == 0) problems.Add($"{role} '{tensor.Name}'", "it has no elements", code: ErrorCode.Port);
    }
}
