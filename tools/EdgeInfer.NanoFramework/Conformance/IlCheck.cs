using Microsoft.CodeAnalysis.CSharp;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace EdgeInfer.NanoFramework;

/// <summary>Searches a compiled device assembly for what compiles but does not run on the interpreter.</summary>
internal sealed class IlCheck
{
    private readonly SourceLocator _locator;
    private readonly Dictionary<(string Rule, string File, int Line), Violation> _found = [];

    private IlCheck(SourceLocator locator) => _locator = locator;

    public static IEnumerable<Violation> Run(byte[] image, byte[] pdb, IReadOnlyList<byte[]> references, CSharpCompilation compilation)
    {
        using var resolver = new ImageResolver(references);
        using var module = ModuleDefinition.ReadModule(new MemoryStream(image), new ReaderParameters
        {
            AssemblyResolver = resolver,
            SymbolStream = new MemoryStream(pdb),
            SymbolReaderProvider = new PortablePdbReaderProvider(),
            ReadSymbols = true,
        });
        var locator = new SourceLocator(module.Assembly.Name.Name, compilation);
        var check = new IlCheck(locator);
        foreach (var type in module.GetAllTypes())
            check.CheckType(type);

        return check._found.Values.Concat(LimitCheck.Run(module, locator));
    }

    private void CheckType(TypeDefinition type)
    {
        // A nested type repeats the generic parameters of its outer type.
        if (type.GenericParameters.Count > (type.DeclaringType?.GenericParameters.Count ?? 0))
            Report(NanoRules.Generics, _locator.Of(type), $"The type {type.FullName} is generic.");

        foreach (var basis in type.Interfaces.Select(each => each.InterfaceType).Append(type.BaseType))
            Report(TypeConstructs.Find(basis), _locator.Of(type));
        foreach (var field in type.Fields)
        {
            if (!IsInsideGeneric(type))
                Report(TypeConstructs.Find(field.FieldType), _locator.Of(field));
        }

        foreach (var method in type.Methods)
            CheckMethod(method);
    }

    private void CheckMethod(MethodDefinition method)
    {
        if (method.HasGenericParameters)
            Report(NanoRules.Generics, _locator.Of(method), $"The method {method.Name} is generic.");

        // Code of a generic type or method instantiates itself; the declaration is reported once and that is enough.
        if (method.HasGenericParameters || IsInsideGeneric(method.DeclaringType))
            return;

        Report(TypeConstructs.FindInSignature(method), _locator.Of(method));
        if (!method.HasBody)
            return;

        if (method.DeclaringType.IsInterface)
            Report(NanoRules.InterfaceBodies, _locator.Of(method), $"The interface member {method.Name} has a body.");

        foreach (var instruction in method.Body.Instructions)
            CheckInstruction(method, instruction);
        foreach (var variable in method.Body.Variables)
            CheckLocal(method, variable);
        foreach (var handler in method.Body.ExceptionHandlers)
            Report(TypeConstructs.Find(handler.CatchType), _locator.Of(method, handler.HandlerStart));
    }

    private void CheckInstruction(MethodDefinition method, Instruction instruction)
    {
        var name = instruction.OpCode.Name;
        var place = _locator.Of(method, instruction);
        if (instruction.OpCode.Code == Code.Localloc)
            Report(NanoRules.StackAlloc, place, "stackalloc throws on the device.");
        else if (name.Contains(".ovf", StringComparison.Ordinal))
            Report(NanoRules.Checked, place, $"The checked instruction {name} never throws on the device.");
        else if (IlPrices.Default.Find(name) is null)
            Report(NanoRules.Opcode, place, $"The interpreter is not known to run the instruction {name}.");

        Report(TypeConstructs.FindInOperand(instruction.Operand), place);
        if (instruction.Operand is MethodReference callee)
            CheckCall(instruction, callee, place);
    }

    private void CheckCall(Instruction instruction, MethodReference callee, (string File, int Line) place)
    {
        var usesDouble = callee.Parameters.Select(parameter => parameter.ParameterType).Append(callee.ReturnType)
            .Any(type => type.MetadataType == MetadataType.Double);
        if (callee.DeclaringType.FullName == "System.Math" && usesDouble)
            Report(NanoRules.DoubleMath, place, $"Math.{callee.Name} on double is not in stock images.");

        if (callee.Name == "ToString" && instruction.Previous is { OpCode.Code: Code.Constrained, Operand: TypeReference target }
            && target.Resolve() is { IsEnum: true })
            Report(NanoRules.EnumToString, place, $"ToString of the enum {target.Name} gives its number on the device.");
    }

    private void CheckLocal(MethodDefinition method, VariableDefinition variable)
    {
        var problems = TypeConstructs.Find(variable.VariableType).ToArray();
        if (problems.Length == 0)
            return;

        var store = method.Body.Instructions.FirstOrDefault(each => StoresTo(each, variable, method)) ?? method.Body.Instructions[0];
        var place = _locator.Of(method, store);
        // A stackalloc always makes a pointer; one message says it all.
        Report(problems.Where(each => !_found.ContainsKey((NanoRules.StackAlloc, place.File, place.Line))), place);
    }

    private static bool StoresTo(Instruction instruction, VariableDefinition variable, MethodDefinition method) => instruction.OpCode.Code switch
    {
        Code.Stloc_0 => variable.Index == 0,
        Code.Stloc_1 => variable.Index == 1,
        Code.Stloc_2 => variable.Index == 2,
        Code.Stloc_3 => variable.Index == 3,
        Code.Stloc_S or Code.Stloc or Code.Ldloca_S or Code.Ldloca => instruction.Operand == method.Body.Variables[variable.Index],
        _ => false,
    };

    private static bool IsInsideGeneric(TypeDefinition type) => type.HasGenericParameters;

    private void Report(IEnumerable<(string Rule, string What)> problems, (string File, int Line) place)
    {
        foreach (var (rule, what) in problems)
            Report(rule, place, what);
    }

    /// <summary>One violation of a rule a line: a second one there says nothing new.</summary>
    private void Report(string rule, (string File, int Line) place, string message) =>
        _found.TryAdd((rule, place.File, place.Line), new Violation(rule, place.File, place.Line, message, NanoRules.Advice(rule)));
}
