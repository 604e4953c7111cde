using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter;

/// <summary>A model cannot be converted; <see cref="Problems"/> lists every reason.</summary>
public sealed class ConversionException : Exception
{
    /// <summary>Creates the exception from a list of problems.</summary>
    /// <param name="source">File or model.</param>
    /// <param name="problems">Every reason.</param>
    public ConversionException(string source, IReadOnlyList<Problem> problems)
        : base($"{source} cannot be converted:" + string.Concat(problems.Select(p => $"{Environment.NewLine}  {p}")))
    {
        ModelSource = source;
        Problems = problems;
    }

    /// <summary>Creates the exception from one reason, such as a damaged file.</summary>
    /// <param name="source">File or model.</param>
    /// <param name="where">Part of the file, with its byte position where there is one.</param>
    /// <param name="what">What is wrong, a sentence without its full stop.</param>
    /// <param name="remedy">What to do.</param>
    /// <param name="code">The kind of reason; null for a demand that is not met.</param>
    public ConversionException(string source, string where, string what, string remedy = "", ErrorCode? code = null)
        : this(source, [new Problem(where, what, remedy) { Code = code ?? ErrorCode.Demand }])
    {
    }

    /// <summary>File or model that cannot be converted.</summary>
    public string ModelSource { get; }

    /// <summary>Every reason.</summary>
    public IReadOnlyList<Problem> Problems { get; }
}
