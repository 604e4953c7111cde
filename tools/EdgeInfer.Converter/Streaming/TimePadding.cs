namespace EdgeInfer.Converter.Streaming;

/// <summary>What becomes of padding along time, which a streamed model must compute anew at every inference.</summary>
public enum TimePadding
{
    /// <summary>It stays, and results are those of the model as it is.</summary>
    Keep,

    /// <summary>Rows that see it are left out: the window stays as long, what lies behind sees fewer rows.</summary>
    Drop,

    /// <summary>Frames take its place: the window grows, what lies behind sees as many rows as before.</summary>
    Extend,
}
