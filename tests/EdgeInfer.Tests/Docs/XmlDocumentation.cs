using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace EdgeInfer.Tests.Docs;

/// <summary>What the XML documentation beside assemblies says about their types and constants, as Markdown.</summary>
internal sealed class XmlDocumentation
{
    private readonly Dictionary<string, XElement> _members;

    /// <summary>Types that have a section of their own on the page, with its anchor: references to them become links.</summary>
    private readonly Dictionary<string, string> _anchors;

    public XmlDocumentation(IEnumerable<Assembly> assemblies, Dictionary<string, string> anchors)
    {
        _members = assemblies.SelectMany(each => XDocument.Load(Path.ChangeExtension(each.Location, ".xml"), LoadOptions.PreserveWhitespace).Descendants("member"))
            .ToDictionary(m => m.Attribute("name")!.Value);
        _anchors = anchors;
    }

    public string Summary(Type type) => Text(Member("T:" + type.FullName), "summary", type.FullName!);

    public string Remarks(Type type) => Text(Member("T:" + type.FullName), "remarks", type.FullName!);

    public string Summary(FieldInfo field) => Text(Member("F:" + field.DeclaringType!.FullName + "." + field.Name), "summary", field.DeclaringType.FullName!);

    private XElement? Member(string name) => _members.GetValueOrDefault(name);

    private string Text(XElement? member, string part, string type)
    {
        if (member?.Element(part) is not { } element) return string.Empty;

        StringBuilder text = new();
        Append(element, type, text);
        IEnumerable<string> paragraphs = text.ToString().Split("\n\n")
            .Select(p => string.Join(' ', p.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
            .Where(p => p.Length > 0);
        return string.Join("\n\n", paragraphs);
    }

    private void Append(XElement element, string type, StringBuilder text)
    {
        foreach (XNode node in element.Nodes())
        {
            if (node is XText plain) text.Append(plain.Value);
            else if (node is XElement { Name.LocalName: "see" } see) text.Append(Reference(see.Attribute("cref")!.Value, type));
            else if (node is XElement { Name.LocalName: "c" } code) text.Append('`').Append(code.Value).Append('`');
            else if (node is XElement { Name.LocalName: "para" } paragraph)
            {
                text.Append("\n\n");
                Append(paragraph, type, text);
                text.Append("\n\n");
            }
            else if (node is XElement other) throw new InvalidOperationException($"The page has no form for <{other.Name}> in the documentation of {type}.");
        }
    }

    private string Reference(string target, string type)
    {
        string name = target[2..];
        if (_anchors.TryGetValue(name, out string? anchor)) return $"[{name[(name.LastIndexOf('.') + 1)..]}](#{anchor})";

        string[] parts = name.Split('.');
        bool isNear = target[0] == 'T' || name.StartsWith(type + ".", StringComparison.Ordinal);
        return isNear ? $"`{parts[^1]}`" : $"`{parts[^2]}.{parts[^1]}`";
    }
}
