using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace EdgeInfer.NanoFramework;

/// <summary>
/// Finds arrays taken for arrays of another element type: casts such as <c>(sbyte[])(object)bytes</c> and block
/// copies between unlike arrays. Works on the source, whose static types say more than the IL, where both are
/// plain references; an array that went through a variable of type object is not followed.
/// </summary>
internal static class ArrayReinterpretationCheck
{
    public static IEnumerable<Violation> Run(CSharpCompilation compilation)
    {
        foreach (var tree in compilation.SyntaxTrees)
        {
            var model = compilation.GetSemanticModel(tree);
            foreach (var node in tree.GetRoot().DescendantNodes())
            {
                if (node is CastExpressionSyntax or BinaryExpressionSyntax or InvocationExpressionSyntax or IsPatternExpressionSyntax
                    && Describe(model.GetOperation(node)) is { } message)
                {
                    var line = tree.GetLineSpan(node.Span).StartLinePosition.Line + 1;
                    yield return new Violation(
                        NanoRules.ArrayReinterpretation, tree.FilePath, line, message, NanoRules.Advice(NanoRules.ArrayReinterpretation));
                }
            }
        }
    }

    private static string? Describe(IOperation? operation) => operation switch
    {
        IConversionOperation conversion => Cast(conversion, conversion.Type),
        IIsTypeOperation test => Cast(test.ValueOperand, test.TypeOperand),
        IIsPatternOperation { Pattern: IDeclarationPatternOperation pattern } test => Cast(test.Value, pattern.MatchedType),
        IInvocationOperation call => Copy(call),
        _ => null,
    };

    private static string? Cast(IOperation value, ITypeSymbol? target) => AreUnlike(Innermost(value).Type, target)
        ? $"A {Innermost(value).Type} is taken for a {target}: throws InvalidCastException on the device."
        : null;

    private static string? Copy(IInvocationOperation call)
    {
        if (call.TargetMethod.ContainingType.SpecialType != SpecialType.System_Array)
            return null;

        var arrays = call.TargetMethod.Name switch
        {
            "Copy" => call.Arguments.Where(argument => argument.Parameter?.Type.SpecialType == SpecialType.System_Array)
                .OrderBy(argument => argument.Parameter!.Ordinal).Select(argument => Innermost(argument.Value).Type).ToArray(),
            "CopyTo" when call.Instance is { } source => [Innermost(source).Type, Innermost(call.Arguments[0].Value).Type],
            _ => [],
        };
        return arrays.Length == 2 && AreUnlike(arrays[0], arrays[1])
            ? $"{call.TargetMethod.Name} from a {arrays[0]} to a {arrays[1]}: throws InvalidCastException on the device."
            : null;
    }

    private static IOperation Innermost(IOperation operation)
    {
        while (operation is IConversionOperation or IParenthesizedOperation)
            operation = operation is IConversionOperation conversion ? conversion.Operand : ((IParenthesizedOperation)operation).Operand;

        return operation;
    }

    private static bool AreUnlike(ITypeSymbol? from, ITypeSymbol? to) =>
        from is IArrayTypeSymbol { ElementType: var source } && to is IArrayTypeSymbol { ElementType: var target }
        && (source.IsValueType || target.IsValueType)
        && !SymbolEqualityComparer.Default.Equals(source, target);
}
