using System.Globalization;
using System.Reflection;
using System.Text;
using EdgeInfer.Kernels;

namespace EdgeInfer.NativeKernels;

/// <summary>The C header firmware/native/ei_records.h: the positions in blobs and records, as the device library declares them.</summary>
public static class RecordsHeader
{
    /// <summary>Types whose constants are not a kernel's own, and what their names begin with in C.</summary>
    private static readonly (Type Type, string Prefix)[] Shared =
    [
        (typeof(BlobFormat), "BLOB"),
        (typeof(Record), "RECORD"),
        (typeof(Channel), "CHANNEL"),
        (typeof(FloatScale), "FLOAT_SCALE"),
        (typeof(Broadcast), "BROADCAST"),
        (typeof(Pool2D), "POOL2D"),
    ];

    /// <summary>Writes the header.</summary>
    /// <returns>Its text, with line feeds.</returns>
    public static string Build()
    {
        StringBuilder text = new();
        text.Append("/* Made from the constants of the device libraries in src by a test, which fails when they differ; change them there. */\n")
            .Append("#ifndef EI_RECORDS_H\n#define EI_RECORDS_H\n");
        AppendEnum<TensorType>(text, "TENSOR_TYPE");
        AppendEnum<OperatorCode>(text, "OPERATOR");
        foreach ((Type type, string prefix) in Shared) AppendConstants(text, type, prefix);
        foreach (OperatorCode code in Enum.GetValues<OperatorCode>())
        {
            AppendConstants(text, DeviceLibraries.KernelOf(code), CName(code.ToString()));
        }

        return text.Append("\n#endif\n").ToString();
    }

    private static void AppendEnum<T>(StringBuilder text, string prefix)
        where T : struct, Enum
    {
        text.Append('\n');
        foreach (T value in Enum.GetValues<T>()) AppendLine(text, prefix, value.ToString(), Convert.ToInt32(value, CultureInfo.InvariantCulture));
    }

    private static void AppendConstants(StringBuilder text, Type type, string prefix)
    {
        text.Append('\n');
        foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy))
        {
            if (field.IsLiteral && field.FieldType == typeof(int)) AppendLine(text, prefix, field.Name, (int)field.GetRawConstantValue()!);
        }
    }

    private static void AppendLine(StringBuilder text, string prefix, string name, int value)
    {
        string number = value.ToString(CultureInfo.InvariantCulture);
        text.Append(CultureInfo.InvariantCulture, $"#define EI_{prefix}_{CName(name)} {(value < 0 ? $"({number})" : number)}\n");
    }

    /// <summary>FilterHeight becomes FILTER_HEIGHT, Conv2D becomes CONV2D and UInt8 becomes UINT8.</summary>
    private static string CName(string name)
    {
        StringBuilder text = new();
        for (int i = 0; i < name.Length; i++)
        {
            bool word = i > 0 && char.IsUpper(name[i]) && (char.IsLower(name[i - 1]) || (i > 1 && i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (word) text.Append('_');
            text.Append(char.ToUpperInvariant(name[i]));
        }

        return text.ToString();
    }
}
