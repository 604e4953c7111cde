namespace EdgeInfer.Converter.Blob;

/// <summary>Tags of the metadata chunks that this version writes; docs/blob-format.md says what they hold.</summary>
public static class MetadataTag
{
    /// <summary>"SRCE": SHA-256 of the source file, then its name in UTF-8.</summary>
    public const int Source = 0x45435253;

    /// <summary>"TOOL": name and version of the converter in UTF-8.</summary>
    public const int Tool = 0x4C4F4F54;

    /// <summary>"PLAN": what was asked of the planner and what it came to, a line each in UTF-8; absent where nothing was.</summary>
    public const int Plan = 0x4E414C50;

    /// <summary>"RECI": the recipe of quantization in UTF-8, JSON with comments; absent where it came quantized.</summary>
    public const int Recipe = 0x49434552;

    /// <summary>"LABL": labels of the classes, UTF-8, each ended by a zero byte.</summary>
    public const int Labels = EdgeInfer.Labels.Tag;

    /// <summary>"PORT": names of the inputs, then of the outputs, UTF-8, each ended by a zero byte; absent where there is one of each.</summary>
    public const int Ports = 0x54524F50;

    /// <summary>"OPER": names, shapes and quantization of the main program's outputs.</summary>
    public const int Operators = 0x5245504F;

    /// <summary>"TEST": self-test vectors and checksums a layer.</summary>
    public const int SelfTest = EdgeInfer.SelfTest.Tag;

    /// <summary>"FRNT": parameters and tables of the front end that makes the input.</summary>
    public const int FrontEnd = EdgeInfer.Audio.FrontEnd.Tag;

    /// <summary>"DTCT": when the model is run and what of its output is a detection.</summary>
    public const int Detector = EdgeInfer.Audio.DetectorFormat.Tag;

    /// <summary>"STRM": new frames an inference and the window that the outputs stand for, of a model that was made to stream.</summary>
    public const int Streaming = StreamInfo.Tag;
}
