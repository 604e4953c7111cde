using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace EdgeInfer.NanoFramework;

/// <summary>
/// The custom attributes a compiler needs to see: parameter arrays and indexers, which follow from the listing,
/// and those of annotations.csv, which do not.
/// </summary>
internal sealed class ReferenceAttributes(MetadataBuilder metadata, ReferenceTypes types)
{
    /// <summary>AttributeTargets.All as nanoFramework declares it.</summary>
    private const int AllTargets = 16383;

    private static readonly Lazy<ILookup<string, string[]>> s_annotations = new(() =>
        EmbeddedData.ReadCsv("annotations.csv").ToLookup(row => row[1]));

    private readonly List<(EntityHandle Target, string Attribute, string[] Strings, bool AllowMultiple)> _pending = [];
    private readonly Dictionary<string, MethodDefinitionHandle> _constructors = [];

    /// <summary>Notes a constructor, so that attributes declared in this very assembly can be applied.</summary>
    public void Remember(SurfaceType type, SurfaceMethod method, MethodDefinitionHandle handle)
    {
        if (method.Name == ".ctor")
            _constructors[Key(type.FullName, method.Parameters.Select(parameter => parameter.Type))] = handle;
    }

    /// <summary>Applies an attribute whose constructor takes these strings.</summary>
    public void Add(EntityHandle target, string attribute, params string[] strings) => _pending.Add((target, attribute, strings, false));

    /// <summary>Applies the annotations there are for a type.</summary>
    public void Annotate(SurfaceType type, TypeDefinitionHandle handle, (SurfaceMethod Method, MethodDefinitionHandle Handle)[] methods)
    {
        foreach (var row in s_annotations.Value[type.FullName])
        {
            switch (row[0])
            {
                case "AllowMultiple":
                    _pending.Add((handle, "System.AttributeUsageAttribute", [], true));
                    break;
                case "Conditional":
                    foreach (var method in methods.Where(each => each.Method.ReturnType == "System.Void"))
                        Add(method.Handle, "System.Diagnostics.ConditionalAttribute", row[2]);
                    break;
                default:
                    throw new FormatException($"annotations.csv: unknown annotation '{row[0]}'.");
            }
        }
    }

    /// <summary>Writes what was applied, once every constructor is known.</summary>
    public void Flush()
    {
        foreach (var (target, attribute, strings, allowMultiple) in _pending)
        {
            var value = new BlobBuilder();
            new BlobEncoder(value).CustomAttributeSignature(
                arguments =>
                {
                    if (allowMultiple)
                        arguments.AddArgument().Scalar().Constant(AllTargets);
                    foreach (var text in strings)
                        arguments.AddArgument().Scalar().Constant(text);
                },
                named =>
                {
                    var encoder = named.Count(allowMultiple ? 1 : 0);
                    if (allowMultiple)
                    {
                        encoder.AddArgument(
                            isField: false,
                            type => type.ScalarType().Boolean(),
                            name => name.Name("AllowMultiple"),
                            literal => literal.Scalar().Constant(true));
                    }
                });
            string[] parameters = allowMultiple ? ["System.AttributeTargets"] : [.. strings.Select(_ => "System.String")];
            metadata.AddCustomAttribute(target, Constructor(attribute, parameters), metadata.GetOrAddBlob(value));
        }
    }

    private EntityHandle Constructor(string attribute, string[] parameters)
    {
        if (types.IsOwn(attribute))
            return _constructors[Key(attribute, parameters)];

        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature(isInstanceMethod: true).Parameters(
            parameters.Length,
            result => result.Void(),
            encoder =>
            {
                foreach (var parameter in parameters)
                    types.Encode(encoder.AddParameter().Type(), parameter, []);
            });
        return metadata.AddMemberReference(types.Handle(attribute), metadata.GetOrAddString(".ctor"), metadata.GetOrAddBlob(signature));
    }

    private static string Key(string type, IEnumerable<string> parameters) => type + "(" + string.Join(",", parameters) + ")";
}
