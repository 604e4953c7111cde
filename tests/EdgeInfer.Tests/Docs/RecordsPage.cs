using System.Reflection;
using System.Text;

namespace EdgeInfer.Tests.Docs;

/// <summary>The page docs/records.md, made from the device libraries.</summary>
internal static class RecordsPage
{
    /// <summary>Parts that several kernels share and refer to.</summary>
    private static readonly Type[] Shared = [typeof(Channel), typeof(FloatScale)];

    public static OperatorCode[] Codes { get; } = Enum.GetValues<OperatorCode>();

    public static XmlDocumentation Documentation { get; } = new(DeviceLibraries.Assemblies, Anchors());

    public static string Build()
    {
        StringBuilder page = new();
        page.Append("# Records\n\n")
            .Append("The fields of every operator record, for whoever writes a second implementation. Positions are words from the record's\n")
            .Append("first; words 0 to 4 are the same everywhere and stand in [blob-format.md](blob-format.md), the arithmetic in\n")
            .Append("[numerics.md](numerics.md). A field of several words gives its first and its last. \"The input tensor\", \"scratch\" and the like\n")
            .Append("are tensor entries. A multiplier is 0 to 2^31 - 1 and a shift 1 to 62 where nothing else is said.\n\n")
            .Append("This page is made from the constants of the kernels in `src` and their documentation by a test, which fails when they differ;\n")
            .Append("change them there.\n");
        foreach (OperatorCode code in Codes) AppendKernel(code, page);
        foreach (Type type in Shared)
        {
            page.Append($"\n## {type.Name}\n");
            AppendText(type, page);
            AppendConstants(RecordLayout.Constants(type), page);
        }

        return page.ToString();
    }

    private static void AppendKernel(OperatorCode code, StringBuilder page)
    {
        RecordLayout layout = new(code, Documentation);
        page.Append($"\n## {Title(code)}\n");
        AppendText(layout.Kernel, page);
        if (layout.Head is not null) AppendText(layout.Head, page);
        string library = OperatorLibrary.Of(code);
        page.Append($"\n{layout.Length} words{(library == OperatorLibrary.Core ? string.Empty : $"; library `{library}`")}.\n\n| word | name | meaning |\n|---|---|---|\n");
        foreach (RecordField field in layout.Fields)
        {
            string position = field.Words == 1 ? $"{field.Position}" : $"{field.Position} to {field.Position + field.Words - 1}";
            page.Append($"| {position} | {field.Name} | {Cell(field.Meaning).TrimEnd('.')} |\n");
        }

        AppendConstants(layout.Others, page);
    }

    private static void AppendText(Type type, StringBuilder page)
    {
        page.Append($"\n{Documentation.Summary(type)}\n");
        string remarks = Documentation.Remarks(type);
        if (remarks.Length > 0) page.Append($"\n{remarks}\n");
    }

    private static void AppendConstants(FieldInfo[] constants, StringBuilder page)
    {
        if (constants.Length == 0) return;

        page.Append("\n| constant | value | meaning |\n|---|---|---|\n");
        foreach (FieldInfo constant in constants)
        {
            page.Append($"| {constant.Name} | {constant.GetRawConstantValue()} | {Cell(Documentation.Summary(constant)).TrimEnd('.')} |\n");
        }
    }

    private static string Title(OperatorCode code) => $"{(int)code} {code}";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static Dictionary<string, string> Anchors()
    {
        Dictionary<string, string> anchors = Shared.ToDictionary(type => type.FullName!, type => Anchor(type.Name));
        foreach (OperatorCode code in Codes) anchors[$"EdgeInfer.Kernels.{code}"] = Anchor(Title(code));
        return anchors;
    }

    private static string Anchor(string title) => string.Concat(title.Select(c => c == ' ' ? '-' : char.ToLowerInvariant(c)));
}
