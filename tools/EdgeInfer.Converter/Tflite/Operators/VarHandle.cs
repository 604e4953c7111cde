using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>VAR_HANDLE: names a variable.</summary>
internal static class VarHandle
{
    private const int Container = 0;
    private const int SharedName = 1;

    /// <summary>Declares the variable.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>Nothing: there is nothing to do at inference.</returns>
    internal static Operator? Import(TfliteOperator op)
    {
        op.Model.Variables.Declare(op.Output(0), op.Options.Text(Container), op.Options.Text(SharedName));
        return null;
    }
}
