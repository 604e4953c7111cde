using System.Reflection;

namespace EdgeInfer.Tests.Docs;

/// <summary>
/// The record of an operator as its kernel's public constants declare it. Constants whose documentation begins with
/// "Field:" are positions; those of <see cref="Broadcast"/> belong to every kernel whose own fields begin behind them.
/// </summary>
internal sealed class RecordLayout
{
    private const string FieldMark = "Field: ";
    private const string LengthName = "Words";

    public RecordLayout(OperatorCode code, XmlDocumentation documentation)
    {
        Kernel = DeviceLibraries.KernelOf(code);
        FieldInfo[] constants = Constants(Kernel);
        Length = Value(constants.Single(c => c.Name == LengthName));
        List<FieldInfo> fields = [.. constants.Where(c => IsField(c, documentation))];
        if (Kernel.BaseType != typeof(Kernel)) Head = Kernel.BaseType;
        if (fields.Min(Value) == Broadcast.Fields)
        {
            Head = typeof(Broadcast);
            fields.AddRange(Constants(Head).Where(c => IsField(c, documentation)));
        }

        fields.Sort((a, b) => Value(a).CompareTo(Value(b)));
        for (int i = 0; i < fields.Count; i++)
        {
            int end = i + 1 < fields.Count ? Value(fields[i + 1]) : Length;
            string meaning = documentation.Summary(fields[i])[FieldMark.Length..];
            Fields.Add(new RecordField(Value(fields[i]), end - Value(fields[i]), fields[i].Name, meaning));
        }

        Others = [.. constants.Where(c => c.Name != LengthName && !fields.Contains(c))];
    }

    /// <summary>The class of the kernel.</summary>
    public Type Kernel { get; }

    /// <summary>The type that declares fields which the kernel shares with others; null where it shares none.</summary>
    public Type? Head { get; }

    /// <summary>Words of the record.</summary>
    public int Length { get; }

    /// <summary>The kernel's own fields in the record's order.</summary>
    public List<RecordField> Fields { get; } = [];

    /// <summary>Public constants that are not positions.</summary>
    public FieldInfo[] Others { get; }

    /// <summary>Public numbers of a type and of those it derives from.</summary>
    public static FieldInfo[] Constants(Type type) =>
        [.. type.GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy).Where(f => f.IsLiteral)];

    private static int Value(FieldInfo constant) => (int)constant.GetRawConstantValue()!;

    private static bool IsField(FieldInfo constant, XmlDocumentation documentation) =>
        documentation.Summary(constant).StartsWith(FieldMark, StringComparison.Ordinal);
}

/// <summary>One field of a record.</summary>
/// <param name="Position">First word, counted from the record's first.</param>
/// <param name="Words">Number of words.</param>
/// <param name="Name">Name of the constant.</param>
/// <param name="Meaning">Its documentation.</param>
internal sealed record RecordField(int Position, int Words, string Name, string Meaning);
