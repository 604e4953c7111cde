namespace EdgeInfer.NativeKernels;

/// <summary>A compiler or emulator is missing or has failed.</summary>
public class NativeToolException : Exception
{
    /// <summary>Tells what is wrong.</summary>
    /// <param name="message">What was tried and what came of it.</param>
    public NativeToolException(string message)
        : base(message)
    {
    }
}
