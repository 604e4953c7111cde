using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>
/// CALL_ONCE: runs a subgraph before the first inference. It may assign constants to variables: these become what a reset
/// sets the variables to.
/// </summary>
internal static class CallOnce
{
    private const int InitialSubgraph = 0;

    /// <summary>Notes the start values of variables.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>Nothing: there is nothing to do at inference.</returns>
    internal static Operator? Import(TfliteOperator op)
    {
        int index = op.Options.Int32(InitialSubgraph);
        if (index == 0 || op.Model.Subgraph(index) is not { } subgraph) throw op.Refuse($"there is no subgraph {index} to run");

        foreach (TfliteOperator step in subgraph.Operators)
        {
            switch (step.Kind.Name)
            {
                case "VAR_HANDLE":
                    VarHandle.Import(step);
                    break;
                case "ASSIGN_VARIABLE":
                    op.Model.Variables.Initialize(step, step.Input(0), step.Input(1));
                    break;
                default:
                    throw step.Refuse($"this operator is not supported in the subgraph of {op.Label}; variables can be given constants there");
            }
        }

        return null;
    }
}
