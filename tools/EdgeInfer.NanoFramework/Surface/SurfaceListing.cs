namespace EdgeInfer.NanoFramework;

/// <summary>What kind of type a <c>T</c> line of a listing declares.</summary>
public enum SurfaceTypeKind
{
    /// <summary>A reference type.</summary>
    Class,

    /// <summary>A value type.</summary>
    Struct,

    /// <summary>An enumeration; its base is the underlying integer type.</summary>
    Enum,

    /// <summary>An interface.</summary>
    Interface,

    /// <summary>A delegate.</summary>
    Delegate,
}

/// <summary>One parameter of a listed method or indexer.</summary>
/// <param name="Type">Full type name as listed, for example <c>System.Byte[]</c>.</param>
/// <param name="Name">Parameter name.</param>
/// <param name="Modifier"><c>ref</c>, <c>out</c>, <c>params</c> or empty.</param>
/// <param name="Default">Text after <c>=</c>, or null where the parameter is required.</param>
public sealed record SurfaceParameter(string Type, string Name, string Modifier, string? Default);

/// <summary>One <c>M</c> line: a method, constructor or accessor.</summary>
/// <param name="Name">Metadata name, for example <c>.ctor</c> or <c>get_Length</c>.</param>
/// <param name="ReturnType">Full type name of the result.</param>
/// <param name="Parameters">Parameters in order.</param>
/// <param name="Modifiers">Words before the return type: accessibility, static, virtual, native and so on.</param>
public sealed record SurfaceMethod(string Name, string ReturnType, IReadOnlyList<SurfaceParameter> Parameters, IReadOnlySet<string> Modifiers)
{
    /// <summary>Whether the firmware implements the method.</summary>
    public bool IsNative => Modifiers.Contains("native");

    /// <summary>Whether the method takes no instance.</summary>
    public bool IsStatic => Modifiers.Contains("static");
}

/// <summary>One <c>F</c> line.</summary>
/// <param name="Name">Field name.</param>
/// <param name="Type">Full type name.</param>
/// <param name="Modifiers">Accessibility, static, const, readonly.</param>
/// <param name="Constant">Text of the value of a const, else null.</param>
public sealed record SurfaceField(string Name, string Type, IReadOnlySet<string> Modifiers, string? Constant);

/// <summary>One <c>P</c> line; accessors are looked up among the methods by name.</summary>
/// <param name="Name">Property name.</param>
/// <param name="Type">Full type name.</param>
/// <param name="Indices">Parameters of an indexer, empty for a plain property.</param>
public sealed record SurfaceProperty(string Name, string Type, IReadOnlyList<SurfaceParameter> Indices);

/// <summary>One <c>E</c> line.</summary>
/// <param name="Name">Event name.</param>
/// <param name="Type">Full name of the delegate.</param>
public sealed record SurfaceEvent(string Name, string Type);

/// <summary>One <c>T</c> line with the members listed under it.</summary>
/// <param name="FullName">Namespace and name; nested types after <c>/</c>, generic arity after a back quote.</param>
/// <param name="Kind">Kind of type.</param>
/// <param name="Modifiers">abstract, sealed, static.</param>
/// <param name="GenericParameters">Names of the generic parameters, empty for most.</param>
/// <param name="Bases">Base type (unless it is implied by the kind) and interfaces, in listed order.</param>
public sealed record SurfaceType(
    string FullName,
    SurfaceTypeKind Kind,
    IReadOnlySet<string> Modifiers,
    IReadOnlyList<string> GenericParameters,
    IReadOnlyList<string> Bases)
{
    /// <summary>Fields in listed order.</summary>
    public List<SurfaceField> Fields { get; } = [];

    /// <summary>Methods in listed order.</summary>
    public List<SurfaceMethod> Methods { get; } = [];

    /// <summary>Properties in listed order.</summary>
    public List<SurfaceProperty> Properties { get; } = [];

    /// <summary>Events in listed order.</summary>
    public List<SurfaceEvent> Events { get; } = [];

    /// <summary>Full name of the type this one is nested in, or null.</summary>
    public string? DeclaringType => FullName.LastIndexOf('/') is var slash and >= 0 ? FullName[..slash] : null;

    /// <summary>Namespace; empty for nested types.</summary>
    public string Namespace => DeclaringType is null && FullName.LastIndexOf('.') is var dot and >= 0 ? FullName[..dot] : "";

    /// <summary>Metadata name without namespace and declaring type.</summary>
    public string Name => FullName[(FullName.LastIndexOfAny(['.', '/']) + 1)..];
}

/// <summary>The public and protected surface of one nanoFramework library.</summary>
/// <param name="AssemblyName">Name of the assembly, which is also the listing's file name.</param>
/// <param name="Types">Types in listed order.</param>
public sealed record SurfaceListing(string AssemblyName, IReadOnlyList<SurfaceType> Types);
