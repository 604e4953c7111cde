using Mono.Cecil;

namespace EdgeInfer.NanoFramework;

/// <summary>Finds, inside the types of signatures and operands, the constructs the interpreter does not run.</summary>
internal static class TypeConstructs
{
    /// <summary>Rule and description of each forbidden construct in a type, outermost first.</summary>
    public static IEnumerable<(string Rule, string What)> Find(TypeReference? type)
    {
        for (var each = type; each is not null; each = (each as TypeSpecification)?.ElementType)
        {
            switch (each)
            {
                case GenericInstanceType generic:
                    yield return (NanoRules.Generics, $"The generic type {generic.FullName} is instantiated.");
                    yield break;
                case PointerType:
                    yield return (NanoRules.Pointers, $"The type {each.FullName} is a pointer.");
                    yield break;
                case FunctionPointerType:
                    yield return (NanoRules.Pointers, "A function pointer is used.");
                    yield break;
                case ArrayType { IsVector: false } array:
                    yield return (NanoRules.MultiDimensionalArrays, $"The array {array.FullName} has more than one dimension.");
                    break;
            }
        }
    }

    /// <summary>The same for an instruction's operand: its type, or the owner and signature of a member.</summary>
    public static IEnumerable<(string Rule, string What)> FindInOperand(object? operand) => operand switch
    {
        TypeReference type => Find(type),
        FieldReference field => Find(field.DeclaringType).Concat(Find(field.FieldType)),
        GenericInstanceMethod generic => [(NanoRules.Generics, $"The generic method {generic.ElementMethod.Name} is instantiated.")],
        MethodReference method => Find(method.DeclaringType).Concat(FindInSignature(method)),
        _ => [],
    };

    /// <summary>The same for a method's result and parameters.</summary>
    public static IEnumerable<(string Rule, string What)> FindInSignature(MethodReference method) =>
        method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType).SelectMany(Find);
}
