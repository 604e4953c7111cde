using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace EdgeInfer.NanoFramework;

/// <summary>Turns type names of a listing into handles and signatures of the assembly being written.</summary>
internal sealed class ReferenceTypes
{
    private readonly MetadataBuilder _metadata;
    private readonly Dictionary<string, TypeDefinitionHandle> _own = [];
    private readonly Dictionary<string, (string Assembly, SurfaceType Type)> _all = [];
    private readonly Dictionary<string, AssemblyReferenceHandle> _assemblies = [];
    private readonly Dictionary<string, TypeReferenceHandle> _foreign = [];

    public ReferenceTypes(MetadataBuilder metadata, SurfaceListing listing, IReadOnlyDictionary<string, SurfaceListing> all)
    {
        _metadata = metadata;
        foreach (var each in all.Values)
        {
            foreach (var type in each.Types)
                _all.Add(type.FullName, (each.AssemblyName, type));
        }

        // Row 1 is <Module>.
        for (var i = 0; i < listing.Types.Count; i++)
            _own.Add(listing.Types[i].FullName, MetadataTokens.TypeDefinitionHandle(i + 2));
    }

    public TypeDefinitionHandle Own(SurfaceType type) => _own[type.FullName];

    public bool IsOwn(string fullName) => _own.ContainsKey(fullName);

    public bool IsInterface(string fullName) => Find(fullName).Type.Kind == SurfaceTypeKind.Interface;

    public EntityHandle Handle(string fullName)
    {
        if (_own.TryGetValue(fullName, out var own))
            return own;
        if (_foreign.TryGetValue(fullName, out var known))
            return known;

        var (assembly, type) = Find(fullName);
        EntityHandle scope = type.DeclaringType is { } outer ? Handle(outer) : Assembly(assembly);
        return _foreign[fullName] = _metadata.AddTypeReference(
            scope, _metadata.GetOrAddString(type.Namespace), _metadata.GetOrAddString(type.Name));
    }

    /// <summary>Writes a type into a signature; <paramref name="generic"/> are the owner's type parameters.</summary>
    public void Encode(SignatureTypeEncoder encoder, string name, IReadOnlyList<string> generic)
    {
        if (name.EndsWith("[]", StringComparison.Ordinal))
        {
            Encode(encoder.SZArray(), name[..^2], generic);
            return;
        }

        for (var i = 0; i < generic.Count; i++)
        {
            if (generic[i] == name)
            {
                encoder.GenericTypeParameter(i);
                return;
            }
        }

        if (Primitive(name) is { } code)
            encoder.PrimitiveType(code);
        else if (name == "System.Object")
            encoder.Object();
        else
            encoder.Type(Handle(name), Find(name).Type.Kind is SurfaceTypeKind.Struct or SurfaceTypeKind.Enum);
    }

    public static PrimitiveTypeCode? Primitive(string name) => name switch
    {
        "System.Boolean" => PrimitiveTypeCode.Boolean,
        "System.Char" => PrimitiveTypeCode.Char,
        "System.SByte" => PrimitiveTypeCode.SByte,
        "System.Byte" => PrimitiveTypeCode.Byte,
        "System.Int16" => PrimitiveTypeCode.Int16,
        "System.UInt16" => PrimitiveTypeCode.UInt16,
        "System.Int32" => PrimitiveTypeCode.Int32,
        "System.UInt32" => PrimitiveTypeCode.UInt32,
        "System.Int64" => PrimitiveTypeCode.Int64,
        "System.UInt64" => PrimitiveTypeCode.UInt64,
        "System.Single" => PrimitiveTypeCode.Single,
        "System.Double" => PrimitiveTypeCode.Double,
        "System.IntPtr" => PrimitiveTypeCode.IntPtr,
        "System.UIntPtr" => PrimitiveTypeCode.UIntPtr,
        "System.String" => PrimitiveTypeCode.String,
        _ => null,
    };

    /// <summary>The value of a constant or default, boxed as its declared type; enums as their underlying integer.</summary>
    public object? ParseConstant(string typeName, string text)
    {
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        if (text == "null")
            return null;
        if (typeName == "System.String")
            return text[1..^1];
        // Constants of type char are listed by their code, defaults by the character itself.
        if (typeName == "System.Char")
            return int.TryParse(text, System.Globalization.NumberStyles.None, culture, out var code) ? (char)code : text[0];
        if (Primitive(typeName) is null)
            return ParseConstant(Find(typeName).Type.Bases[0], text);

        return Convert.ChangeType(text, Type.GetType(typeName, throwOnError: true)!, culture);
    }

    private (string Assembly, SurfaceType Type) Find(string fullName) => _all.TryGetValue(fullName, out var found)
        ? found
        : throw new FormatException($"The listings use the type '{fullName}' but none declares it.");

    private AssemblyReferenceHandle Assembly(string name)
    {
        if (!_assemblies.TryGetValue(name, out var handle))
        {
            handle = _metadata.AddAssemblyReference(
                _metadata.GetOrAddString(name), ReferenceAssemblyWriter.Version, default, default, default, default);
            _assemblies.Add(name, handle);
        }

        return handle;
    }
}
