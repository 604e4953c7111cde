namespace EdgeInfer.Converter.Graph;

/// <summary>Element type of a tensor in a model file.</summary>
public enum ElementType
{
    /// <summary>IEEE single precision.</summary>
    Float32,

    /// <summary>Signed 4-bit integers. A graph keeps one a byte; files and blobs have two, the first in the low half.</summary>
    Int4,

    /// <summary>Signed 8-bit integers.</summary>
    Int8,

    /// <summary>Unsigned 8-bit integers.</summary>
    UInt8,

    /// <summary>Signed 16-bit integers.</summary>
    Int16,

    /// <summary>Signed 32-bit integers.</summary>
    Int32,

    /// <summary>Signed 64-bit integers.</summary>
    Int64,

    /// <summary>Truth values, one a byte.</summary>
    Bool,

    /// <summary>A handle of a variable.</summary>
    Resource,

    /// <summary>Anything else; a tensor of it can be named but not used.</summary>
    Other,
}
