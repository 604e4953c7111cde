using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace EdgeInfer.NanoFramework;

/// <summary>Finds the source line of what was found in an assembly: by sequence points, else by declaration.</summary>
internal sealed class SourceLocator(string assemblyName, CSharpCompilation compilation)
{
    private readonly (string File, int Line) _unknown = (assemblyName, 0);

    /// <summary>The line an instruction was compiled from.</summary>
    public (string File, int Line) Of(MethodDefinition method, Instruction instruction)
    {
        var visible = method.DebugInformation.SequencePoints.Where(point => !point.IsHidden).ToArray();
        var point = visible.LastOrDefault(each => each.Offset <= instruction.Offset) ?? visible.FirstOrDefault();
        return point is null ? Of((IMemberDefinition)method) : (point.Document.Url, point.StartLine);
    }

    /// <summary>The line a type, field or method is declared on.</summary>
    public (string File, int Line) Of(IMemberDefinition member)
    {
        var symbol = DocumentationCommentId.GetFirstSymbolForDeclarationId(DocCommentId.GetDocCommentId(member), compilation);
        if (symbol?.Locations.FirstOrDefault(each => each.IsInSource) is { } location)
        {
            var span = location.GetLineSpan();
            return (span.Path, span.StartLinePosition.Line + 1);
        }

        // What the compiler made up (closures, backing fields) has no declaration, but may have code.
        return member switch
        {
            MethodDefinition { HasBody: true } method when method.DebugInformation.SequencePoints.FirstOrDefault(each => !each.IsHidden) is { } point
                => (point.Document.Url, point.StartLine),
            { DeclaringType: { } outer } => Of(outer),
            _ => _unknown,
        };
    }
}
