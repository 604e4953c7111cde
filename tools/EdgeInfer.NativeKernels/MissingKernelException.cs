namespace EdgeInfer.NativeKernels;

/// <summary>A record has no native kernel, and there are no managed ones where it was to run.</summary>
public sealed class MissingKernelException : NativeToolException
{
    /// <summary>Names the operator.</summary>
    /// <param name="code">The operator of the record.</param>
    public MissingKernelException(OperatorCode code)
        : base($"A record of the operator {code} has no native kernel.")
    {
    }
}
