namespace EdgeInfer.Converter.Planning;

/// <summary>A plan that would let one storage destroy another, or that does not describe itself truthfully.</summary>
public sealed class InvalidArenaPlanException : Exception
{
    /// <summary>Creates the exception.</summary>
    public InvalidArenaPlanException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, with the storages' names.</param>
    public InvalidArenaPlanException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, with the storages' names.</param>
    /// <param name="innerException">The cause.</param>
    public InvalidArenaPlanException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
