using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace EdgeInfer.NanoFramework;

/// <summary>Writes a reference assembly (metadata without code) from a surface listing.</summary>
/// <remarks>
/// Metadata is written directly rather than compiled from generated C#: listings name members that C# cannot
/// declare again (System.Void, accessors as methods, private interface implementations left out).
/// </remarks>
internal sealed class ReferenceAssemblyWriter
{
    private static readonly Guid s_mvidSpace = new("5b1f39ae-6fc2-4a93-9d3e-8f04c3c2c7d1");

    private readonly MetadataBuilder _metadata = new();
    private readonly SurfaceListing _listing;
    private readonly ReferenceTypes _types;
    private readonly ReferenceAttributes _attributes;
    private int _fields;
    private int _methods;
    private int _parameters;

    private ReferenceAssemblyWriter(SurfaceListing listing, IReadOnlyDictionary<string, SurfaceListing> all)
    {
        _listing = listing;
        _types = new ReferenceTypes(_metadata, listing, all);
        _attributes = new ReferenceAttributes(_metadata, _types);
    }

    /// <summary>Below the 4.0 of desktop facades, so that code compiled against it also loads on the host.</summary>
    public static Version Version { get; } = new(1, 0, 0, 0);

    public static byte[] Write(SurfaceListing listing, IReadOnlyDictionary<string, SurfaceListing> all) =>
        new ReferenceAssemblyWriter(listing, all).Write();

    private byte[] Write()
    {
        _metadata.AddModule(0, Text(_listing.AssemblyName + ".dll"), _metadata.GetOrAddGuid(s_mvidSpace), default, default);
        _metadata.AddAssembly(Text(_listing.AssemblyName), Version, default, default, default, AssemblyHashAlgorithm.None);
        _metadata.AddTypeDefinition(default, default, Text("<Module>"), default, FieldHandle(0), MethodHandle(0));
        foreach (var type in _listing.Types)
            WriteType(type);

        _attributes.Flush();
        var image = new BlobBuilder();
        var root = new MetadataRootBuilder(_metadata);
        new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), root, new BlobBuilder()).Serialize(image);
        return image.ToArray();
    }

    private void WriteType(SurfaceType type)
    {
        var interfaces = type.Kind == SurfaceTypeKind.Enum ? [] : type.Bases.Where(_types.IsInterface).ToArray();
        var handle = _metadata.AddTypeDefinition(
            Attributes(type), Text(type.Namespace), Text(type.Name), BaseType(type), FieldHandle(_fields), MethodHandle(_methods));

        for (var i = 0; i < type.GenericParameters.Count; i++)
            _metadata.AddGenericParameter(handle, GenericParameterAttributes.None, Text(type.GenericParameters[i]), i);
        if (type.DeclaringType is { } outer)
            _metadata.AddNestedType(handle, (TypeDefinitionHandle)_types.Handle(outer));
        foreach (var implemented in interfaces)
            _metadata.AddInterfaceImplementation(handle, _types.Handle(implemented));

        WriteFields(type);
        var methods = type.Methods.Select(method => (method, handle: WriteMethod(type, method))).ToArray();
        WriteProperties(type, handle, methods);
        WriteEvents(type, handle, methods);
        _attributes.Annotate(type, handle, methods);
    }

    private EntityHandle BaseType(SurfaceType type) => type switch
    {
        { Kind: SurfaceTypeKind.Interface } or { FullName: "System.Object" } => default,
        { Kind: SurfaceTypeKind.Struct } => _types.Handle("System.ValueType"),
        { Kind: SurfaceTypeKind.Enum } => _types.Handle("System.Enum"),
        { Kind: SurfaceTypeKind.Delegate } => _types.Handle("System.MulticastDelegate"),
        _ => _types.Handle(type.Bases.FirstOrDefault(name => !_types.IsInterface(name)) ?? "System.Object"),
    };

    private static TypeAttributes Attributes(SurfaceType type)
    {
        var attributes = type.DeclaringType is null ? TypeAttributes.Public : TypeAttributes.NestedPublic;
        attributes |= type.Kind switch
        {
            SurfaceTypeKind.Interface => TypeAttributes.Interface | TypeAttributes.Abstract,
            SurfaceTypeKind.Struct => TypeAttributes.Sealed | TypeAttributes.SequentialLayout,
            SurfaceTypeKind.Enum or SurfaceTypeKind.Delegate => TypeAttributes.Sealed,
            _ => default,
        };
        if (type.Modifiers.Contains("static"))
            attributes |= TypeAttributes.Abstract | TypeAttributes.Sealed;
        if (type.Modifiers.Contains("abstract"))
            attributes |= TypeAttributes.Abstract;
        if (type.Modifiers.Contains("sealed"))
            attributes |= TypeAttributes.Sealed;
        return attributes;
    }

    private void WriteFields(SurfaceType type)
    {
        if (type.Kind == SurfaceTypeKind.Enum)
            AddField(FieldAttributes.Public | FieldAttributes.SpecialName | FieldAttributes.RTSpecialName, "value__", type.Bases[0], type);

        // Without a field the compiler would take an unassigned local of the struct for an assigned one.
        var isPlainStruct = type.Kind == SurfaceTypeKind.Struct && ReferenceTypes.Primitive(type.FullName) is null && type.Name != "Void";
        if (isPlainStruct && type.Fields.All(field => field.Modifiers.Contains("static") || field.Modifiers.Contains("const")))
            AddField(FieldAttributes.Private, "_state", "System.Int32", type);

        foreach (var field in type.Fields)
        {
            var attributes = field.Modifiers.Contains("protected") ? FieldAttributes.Family : FieldAttributes.Public;
            if (field.Modifiers.Contains("static"))
                attributes |= FieldAttributes.Static;
            if (field.Modifiers.Contains("readonly"))
                attributes |= FieldAttributes.InitOnly;
            if (field.Constant is not null)
                attributes |= FieldAttributes.Static | FieldAttributes.Literal | FieldAttributes.HasDefault;

            var handle = AddField(attributes, field.Name, field.Type, type);
            if (field.Constant is not null)
                _metadata.AddConstant(handle, _types.ParseConstant(field.Type, field.Constant));
        }
    }

    private FieldDefinitionHandle AddField(FieldAttributes attributes, string name, string fieldType, SurfaceType owner)
    {
        var signature = new BlobBuilder();
        _types.Encode(new BlobEncoder(signature).Field().Type(), fieldType, owner.GenericParameters);
        _fields++;
        return _metadata.AddFieldDefinition(attributes, Text(name), _metadata.GetOrAddBlob(signature));
    }

    private MethodDefinitionHandle WriteMethod(SurfaceType type, SurfaceMethod method)
    {
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature(isInstanceMethod: !method.IsStatic).Parameters(
            method.Parameters.Count,
            result => EncodeResult(result, method.ReturnType, type),
            parameters => EncodeParameters(parameters, method.Parameters, type));

        var firstParameter = MetadataTokens.ParameterHandle(_parameters + 1);
        for (var i = 0; i < method.Parameters.Count; i++)
            WriteParameter(method.Parameters[i], i + 1);

        var body = type.Kind == SurfaceTypeKind.Delegate ? MethodImplAttributes.Runtime
            : method.IsNative ? MethodImplAttributes.InternalCall : MethodImplAttributes.IL;
        var handle = _metadata.AddMethodDefinition(
            Attributes(method), body, Text(method.Name), _metadata.GetOrAddBlob(signature), bodyOffset: -1, firstParameter);
        _methods++;
        _attributes.Remember(type, method, handle);
        return handle;
    }

    private void WriteParameter(SurfaceParameter parameter, int sequence)
    {
        var attributes = parameter.Modifier == "out" ? ParameterAttributes.Out : ParameterAttributes.None;
        if (parameter.Default is not null)
            attributes |= ParameterAttributes.Optional | ParameterAttributes.HasDefault;

        var handle = _metadata.AddParameter(attributes, Text(parameter.Name), sequence);
        _parameters++;
        if (parameter.Default is not null)
            _metadata.AddConstant(handle, _types.ParseConstant(parameter.Type, parameter.Default));
        if (parameter.Modifier == "params")
            _attributes.Add(handle, "System.ParamArrayAttribute");
    }

    private static MethodAttributes Attributes(SurfaceMethod method)
    {
        var attributes = MethodAttributes.HideBySig;
        attributes |= method.Modifiers.Contains("protected") ? MethodAttributes.Family : MethodAttributes.Public;
        if (method.Name == ".ctor")
            attributes |= MethodAttributes.SpecialName | MethodAttributes.RTSpecialName;
        else if (IsSpecial(method.Name))
            attributes |= MethodAttributes.SpecialName;
        if (method.IsStatic)
            attributes |= MethodAttributes.Static;
        if (method.Modifiers.Contains("abstract"))
            attributes |= MethodAttributes.Abstract | MethodAttributes.Virtual | MethodAttributes.NewSlot;
        if (method.Modifiers.Contains("virtual"))
            attributes |= MethodAttributes.Virtual | MethodAttributes.NewSlot;
        if (method.Modifiers.Contains("override"))
            attributes |= MethodAttributes.Virtual;
        if (method.Modifiers.Contains("sealed"))
            attributes |= MethodAttributes.Final;
        return attributes;
    }

    private static bool IsSpecial(string name) => name.StartsWith("get_", StringComparison.Ordinal)
        || name.StartsWith("set_", StringComparison.Ordinal)
        || name.StartsWith("add_", StringComparison.Ordinal)
        || name.StartsWith("remove_", StringComparison.Ordinal)
        || name.StartsWith("op_", StringComparison.Ordinal);

    private void WriteProperties(SurfaceType type, TypeDefinitionHandle owner, (SurfaceMethod Method, MethodDefinitionHandle Handle)[] methods)
    {
        var first = true;
        foreach (var property in type.Properties)
        {
            var getter = Find(methods, "get_" + property.Name, property.Indices.Count);
            var setter = Find(methods, "set_" + property.Name, property.Indices.Count + 1);
            var accessor = getter.Method ?? setter.Method
                ?? throw new FormatException($"{type.FullName}.{property.Name} has no accessor in the listing.");

            var signature = new BlobBuilder();
            new BlobEncoder(signature).PropertySignature(isInstanceProperty: !accessor.IsStatic).Parameters(
                property.Indices.Count,
                result => _types.Encode(result.Type(), property.Type, type.GenericParameters),
                parameters => EncodeParameters(parameters, property.Indices, type));
            var handle = _metadata.AddProperty(PropertyAttributes.None, Text(property.Name), _metadata.GetOrAddBlob(signature));
            if (first)
                _metadata.AddPropertyMap(owner, handle);
            first = false;

            if (getter.Method is not null)
                _metadata.AddMethodSemantics(handle, MethodSemanticsAttributes.Getter, getter.Handle);
            if (setter.Method is not null)
                _metadata.AddMethodSemantics(handle, MethodSemanticsAttributes.Setter, setter.Handle);
            if (property.Indices.Count > 0)
                _attributes.Add(owner, "System.Reflection.DefaultMemberAttribute", property.Name);
        }
    }

    private void WriteEvents(SurfaceType type, TypeDefinitionHandle owner, (SurfaceMethod Method, MethodDefinitionHandle Handle)[] methods)
    {
        var first = true;
        foreach (var each in type.Events)
        {
            var handle = _metadata.AddEvent(EventAttributes.None, Text(each.Name), _types.Handle(each.Type));
            if (first)
                _metadata.AddEventMap(owner, handle);
            first = false;
            _metadata.AddMethodSemantics(handle, MethodSemanticsAttributes.Adder, Find(methods, "add_" + each.Name, 1).Handle);
            _metadata.AddMethodSemantics(handle, MethodSemanticsAttributes.Remover, Find(methods, "remove_" + each.Name, 1).Handle);
        }
    }

    private void EncodeResult(ReturnTypeEncoder encoder, string typeName, SurfaceType owner)
    {
        if (typeName == "System.Void")
            encoder.Void();
        else
            _types.Encode(encoder.Type(), typeName, owner.GenericParameters);
    }

    private void EncodeParameters(ParametersEncoder encoder, IReadOnlyList<SurfaceParameter> parameters, SurfaceType owner)
    {
        foreach (var parameter in parameters)
        {
            var byReference = parameter.Modifier is "ref" or "out";
            _types.Encode(encoder.AddParameter().Type(isByRef: byReference), parameter.Type, owner.GenericParameters);
        }
    }

    private static (SurfaceMethod? Method, MethodDefinitionHandle Handle) Find(
        (SurfaceMethod Method, MethodDefinitionHandle Handle)[] methods, string name, int parameters) =>
        methods.FirstOrDefault(each => each.Method.Name == name && each.Method.Parameters.Count == parameters);

    private StringHandle Text(string text) => _metadata.GetOrAddString(text);

    private static FieldDefinitionHandle FieldHandle(int before) => MetadataTokens.FieldDefinitionHandle(before + 1);

    private static MethodDefinitionHandle MethodHandle(int before) => MetadataTokens.MethodDefinitionHandle(before + 1);
}
