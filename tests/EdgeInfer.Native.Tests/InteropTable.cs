using System.Globalization;
using System.Text;
using Mono.Cecil;

namespace EdgeInfer.Native.Tests;

/// <summary>
/// The table of native methods by which firmware and assembly know each other, as nanoFramework's metadata processor makes it: an
/// entry for every method of every class, classes by name, virtual methods first and static ones last; and a CRC-32 (polynomial
/// 0x04C11DB7, not reflected, from zero) over assembly, class and method name of the native ones and "NULL" for the others.
/// </summary>
internal sealed class InteropTable
{
    private static readonly Dictionary<string, string> Types = new()
    {
        ["System.Int32"] = "I4", ["System.Int16"] = "I2", ["System.SByte"] = "I1", ["System.Byte"] = "U1",
    };

    private readonly ModuleDefinition _module;
    private readonly List<string?> _entries = [];
    private uint _checksum;

    public InteropTable(byte[] image)
    {
        _module = ModuleDefinition.ReadModule(new MemoryStream(image));
        bool any = false;
        foreach (TypeDefinition type in _module.GetTypes().Where(t => t.Name != "<Module>").OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            string name = type.FullName.Replace('.', '_');
            foreach (MethodDefinition method in type.Methods.OrderBy(m => m.IsVirtual ? 0 : m.IsStatic ? 2 : 1))
            {
                if (method.RVA != 0 || method.IsAbstract)
                {
                    // What stands before the first native method does not count.
                    if (any) Add("NULL");
                    _entries.Add(null);
                    continue;
                }

                string signature = $"{method.Name}___STATIC__{string.Join("__", method.Parameters.Select(p => p.ParameterType).Prepend(method.ReturnType).Select(TypeName))}";
                if (any)
                {
                    Add(_module.Assembly.Name.Name);
                    Add(name);
                }

                Add(signature);
                any = true;
                _entries.Add($"Library_{ProjectName}_{name}::{signature}");
            }
        }
    }

    /// <summary>Name of the assembly where a C++ name is needed.</summary>
    public string ProjectName => _module.Assembly.Name.Name.Replace('.', '_');

    /// <summary>The C++ names of the native methods.</summary>
    public IEnumerable<string> Methods => _entries.OfType<string>();

    /// <summary>The file that firmware compiles.</summary>
    public string Source()
    {
        Version version = new((string)_module.Assembly.CustomAttributes.Single(a => a.AttributeType.Name == "AssemblyNativeVersionAttribute").ConstructorArguments[0].Value);
        StringBuilder text = new();
        text.Append("// Made from the assembly by a test, which fails when they differ: the methods in the order of the metadata, and their checksum.\n\n")
            .Append(CultureInfo.InvariantCulture, $"#include \"{ProjectName}.h\"\n\n// clang-format off\n\nstatic const CLR_RT_MethodHandler method_lookup[] =\n{{\n");
        foreach (string? entry in _entries) text.Append(CultureInfo.InvariantCulture, $"    {entry ?? "NULL"},\n");
        text.Append(CultureInfo.InvariantCulture, $"}};\n\nconst CLR_RT_NativeAssemblyData g_CLR_AssemblyNative_{ProjectName} =\n{{\n")
            .Append(CultureInfo.InvariantCulture, $"    \"{_module.Assembly.Name.Name}\",\n    0x{_checksum:X8},\n    method_lookup,\n")
            .Append(CultureInfo.InvariantCulture, $"    {{ {version.Major}, {version.Minor}, {version.Build}, {version.Revision} }}\n}};\n\n// clang-format on\n");
        return text.ToString();
    }

    private static string TypeName(TypeReference type) => type is ArrayType array ? "SZARRAY_" + TypeName(array.ElementType) : Types[type.FullName];

    private void Add(string text)
    {
        foreach (byte item in Encoding.ASCII.GetBytes(text))
        {
            _checksum ^= (uint)item << 24;
            for (int bit = 0; bit < 8; bit++) _checksum = (_checksum << 1) ^ ((_checksum >> 31) * 0x04C11DB7);
        }
    }
}
