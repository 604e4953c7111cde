using System.Text;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace EdgeInfer.NanoFramework;

/// <summary>The limits of one device assembly: static array data, IL code and strings, each under 64 KB; and of one method.</summary>
internal static class LimitCheck
{
    private const int Limit = DeviceIl.Limit;

    /// <summary>Locals, arguments and stack of a method are counted in a byte each (CLR_RECORD_METHODDEF of the interpreter).</summary>
    private const int MethodLimit = byte.MaxValue;

    public static IEnumerable<Violation> Run(ModuleDefinition module, SourceLocator locator)
    {
        var methods = module.GetAllTypes().SelectMany(type => type.Methods).Where(method => method.HasBody).ToArray();
        return ArrayData(methods, locator).Concat(CodeSize(methods, locator)).Concat(Strings(module, methods, locator)).Concat(MethodSize(methods, locator));
    }

    private static IEnumerable<Violation> ArrayData(MethodDefinition[] methods, SourceLocator locator)
    {
        var seen = new HashSet<FieldDefinition>();
        var sum = 0;
        foreach (var method in methods)
        {
            foreach (var instruction in method.Body.Instructions)
            {
                if (instruction.Operand is not FieldDefinition { InitialValue.Length: > 0 } data || !seen.Add(data))
                    continue;

                var place = locator.Of(method, instruction);
                var length = data.InitialValue.Length;
                if (length >= Limit)
                    yield return New(NanoRules.ArrayInitializer, place, $"The array initialiser has {length} bytes; its data must stay under {Limit}.");

                // Only at the array that crosses the limit, and not where that one alone already exceeds it.
                if (sum < Limit && sum + length >= Limit && length < Limit)
                    yield return New(NanoRules.ArrayInitializerSum, place, $"With this array the assembly's initialisers reach {sum + length} bytes; together they must stay under {Limit}.");
                sum += length;
            }
        }
    }

    private static IEnumerable<Violation> CodeSize(MethodDefinition[] methods, SourceLocator locator)
    {
        var total = methods.Sum(method => DeviceIl.BytesOf(method.Body));
        if (total < Limit)
            yield break;

        var largest = methods.MaxBy(method => DeviceIl.BytesOf(method.Body))!;
        yield return New(
            NanoRules.CodeSize,
            locator.Of(largest, largest.Body.Instructions[0]),
            $"The assembly has {total} bytes of IL code and must stay under {Limit}; the largest method is {largest.Name} with {DeviceIl.BytesOf(largest.Body)}.");
    }

    private static IEnumerable<Violation> MethodSize(MethodDefinition[] methods, SourceLocator locator)
    {
        foreach (var method in methods)
        {
            var (locals, arguments, stack) = (method.Body.Variables.Count, method.Parameters.Count + (method.HasThis ? 1 : 0), method.Body.MaxStackSize);
            if (Math.Max(locals, Math.Max(arguments, stack)) > MethodLimit)
                yield return New(NanoRules.MethodSize, locator.Of(method, method.Body.Instructions[0]), $"{method.Name} has {locals} locals, {arguments} arguments and a stack of {stack}; none may exceed {MethodLimit}.");
        }
    }

    private static IEnumerable<Violation> Strings(ModuleDefinition module, MethodDefinition[] methods, SourceLocator locator)
    {
        var literals = methods
            .SelectMany(method => method.Body.Instructions.Where(each => each.OpCode.Code == Code.Ldstr)
                .Select(each => (method, instruction: each, text: (string)each.Operand)))
            .DistinctBy(each => each.text)
            .ToArray();
        var names = module.GetAllTypes()
            .SelectMany(type => type.Methods.Select(method => method.Name)
                .Concat(type.Fields.Select(field => field.Name)).Append(type.Name).Append(type.Namespace))
            .Concat(module.GetMemberReferences().Select(member => member.Name))
            .Concat(module.GetTypeReferences().SelectMany(type => new[] { type.Name, type.Namespace }));
        var total = names.Concat(literals.Select(each => each.text)).Distinct().Sum(text => Encoding.UTF8.GetByteCount(text) + 1);
        if (total < Limit)
            yield break;

        var message = $"Names and string literals take {total} bytes and must stay under {Limit}";
        if (literals.Length == 0)
        {
            yield return New(NanoRules.Strings, locator.Of(module.Types[^1]), message + ".");
            yield break;
        }

        var longest = literals.MaxBy(each => each.text.Length);
        yield return New(NanoRules.Strings, locator.Of(longest.method, longest.instruction), message + "; the longest literal is here.");
    }

    private static Violation New(string rule, (string File, int Line) place, string message) =>
        new(rule, place.File, place.Line, message, NanoRules.Advice(rule));
}
