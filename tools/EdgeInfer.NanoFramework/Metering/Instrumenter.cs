using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace EdgeInfer.NanoFramework;

/// <summary>
/// Puts a counter at the head of every basic block of an assembly. What a block contains, in the forms it had
/// before, is noted in the <see cref="MeteredProgram"/>; counts of instructions are worked out from it afterwards.
/// </summary>
internal sealed class Instrumenter
{
    /// <summary>Name of the type that holds the counters in the rewritten assembly.</summary>
    public const string HolderType = "<CostMeter>";

    /// <summary>Its static field, a long[].</summary>
    public const string HolderField = "Counters";

    // .NET: compile at full optimisation at once. Tiers would mostly measure unoptimised code.
    private const MethodImplAttributes AggressiveOptimization = (MethodImplAttributes)512;

    private readonly ModuleDefinition _module;
    private readonly MeteredProgram _program;
    private readonly HashSet<string> _metered;
    private readonly FieldDefinition _counters;

    private Instrumenter(ModuleDefinition module, MeteredProgram program, HashSet<string> metered)
    {
        _module = module;
        _program = program;
        _metered = metered;
        var holder = new TypeDefinition(
            "", HolderType, TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.NotPublic, module.TypeSystem.Object);
        _counters = new FieldDefinition(HolderField, FieldAttributes.Public | FieldAttributes.Static, new ArrayType(module.TypeSystem.Int64));
        holder.Fields.Add(_counters);
        module.Types.Add(holder);
    }

    /// <summary>Rewrites an assembly.</summary>
    /// <param name="module">The assembly; it is changed.</param>
    /// <param name="program">Receives the meaning of the counters.</param>
    /// <param name="metered">Names of all assemblies that are instrumented: calls into them are no library calls.</param>
    public static void Run(ModuleDefinition module, MeteredProgram program, HashSet<string> metered)
    {
        var instrumenter = new Instrumenter(module, program, metered);
        foreach (var method in module.GetAllTypes().SelectMany(type => type.Methods).Where(method => method.HasBody).ToArray())
            instrumenter.Rewrite(method);

        // An assembly built for debugging would be compiled without optimisation whatever its methods say.
        var debuggable = module.Assembly.CustomAttributes.FirstOrDefault(each => each.AttributeType.Name == "DebuggableAttribute");
        if (debuggable is not null)
            module.Assembly.CustomAttributes.Remove(debuggable);
    }

    private void Rewrite(MethodDefinition method)
    {
        var body = method.Body;
        var index = _program.AddMethod(Name(method));
        var heads = new List<(Instruction Head, int Counter)>();
        var copies = new List<(Instruction Call, MethodReference StandIn, int Counter)>();
        foreach (var block in BasicBlocks.Of(body))
        {
            var natives = new List<MeteredNative>();
            var instructions = block.Select(each => Price(method, each, natives)).ToArray();
            heads.Add((block[0], _program.AddBlock(index, instructions, natives)));
            foreach (var call in block)
            {
                if (FindNative(call) is { Price.Rv32PerByte: > 0 } native)
                    copies.Add((call, StandIn((MethodReference)call.Operand), _program.AddBytes(index, native)));
            }
        }

        body.SimplifyMacros();
        var counters = new VariableDefinition(_counters.FieldType);
        body.Variables.Add(counters);
        var il = body.GetILProcessor();
        foreach (var (call, standIn, counter) in copies)
            Prefix(il, call, Instruction.Create(OpCodes.Call, standIn), [Instruction.Create(OpCodes.Ldloc, counters), Instruction.Create(OpCodes.Ldc_I4, counter)]);
        foreach (var (head, counter) in heads)
            Prefix(il, head, Instruction.Create(OpCodes.Nop), Increment(counters, counter), keep: true);

        body.Instructions.Insert(0, Instruction.Create(OpCodes.Ldsfld, _counters));
        body.Instructions.Insert(1, Instruction.Create(OpCodes.Stloc, counters));
        method.ImplAttributes |= AggressiveOptimization;
    }

    private Instruction[] Increment(VariableDefinition counters, int counter) =>
    [
        Instruction.Create(OpCodes.Ldloc, counters),
        Instruction.Create(OpCodes.Ldc_I4, counter),
        Instruction.Create(OpCodes.Ldelema, _module.TypeSystem.Int64),
        Instruction.Create(OpCodes.Dup),
        Instruction.Create(OpCodes.Ldind_I8),
        Instruction.Create(OpCodes.Ldc_I4_1),
        Instruction.Create(OpCodes.Conv_I8),
        Instruction.Create(OpCodes.Add),
        Instruction.Create(OpCodes.Stind_I8),
    ];

    /// <summary>
    /// Puts instructions in front of another so that branches and exception regions that named it now name the
    /// first of them: the object itself becomes that first one, and what it was follows.
    /// </summary>
    private static void Prefix(ILProcessor il, Instruction at, Instruction last, Instruction[] before, bool keep = false)
    {
        if (keep)
            (last.OpCode, last.Operand) = (at.OpCode, at.Operand);

        var previous = at;
        foreach (var next in before.Skip(1).Append(last))
        {
            il.InsertAfter(previous, next);
            previous = next;
        }

        (at.OpCode, at.Operand) = (before[0].OpCode, before[0].Operand);
    }

    private MeteredInstruction Price(MethodDefinition method, Instruction instruction, List<MeteredNative> natives)
    {
        var il = instruction.OpCode.Name;
        var price = IlPrices.Default.Find(il)?.Rv32Instructions ?? throw new NotSupportedException(
            $"{Name(method)} at IL_{instruction.Offset:x4}: the instruction {il} has no price. Run the conformance check on the assembly.");
        if (FindNative(instruction) is { } native)
        {
            natives.Add(native);
            price += native.Price.Rv32PerCall;
        }

        return new MeteredInstruction(instruction.Offset, il, Describe(instruction), price);
    }

    private MeteredNative? FindNative(Instruction instruction)
    {
        if (instruction.OpCode.Code is not (Code.Call or Code.Callvirt) || instruction.Operand is not MethodReference callee)
            return null;

        var owner = callee.DeclaringType.GetElementType();
        var isMetered = owner.Scope == _module || _metered.Contains(owner.Scope.Name);
        if (isMetered && !IsImplementedElsewhere(callee))
            return null;

        var parameters = callee.Parameters.Select(parameter => parameter.ParameterType.FullName).ToArray();
        var price = NativePrices.Default.Find(owner.FullName, callee.Name, parameters);
        return new MeteredNative($"{owner.FullName}.{callee.Name}({string.Join(", ", parameters)})", price);
    }

    // Delegates and native stubs are declared here, but have no code that could be counted.
    private static bool IsImplementedElsewhere(MethodReference callee) => callee is MethodDefinition { HasBody: false, IsAbstract: false };

    private MethodReference StandIn(MethodReference callee) => _module.ImportReference(typeof(MeteredCopies).GetMethods().Single(method =>
        method.Name == callee.Name && method.GetParameters().Length == callee.Parameters.Count + 2));

    private static string Name(MethodDefinition method) =>
        $"{method.DeclaringType.FullName}.{method.Name}({string.Join(", ", method.Parameters.Select(parameter => parameter.ParameterType.Name))})";

    private static string Describe(Instruction instruction) => instruction.Operand switch
    {
        null => "",
        Instruction target => $"IL_{target.Offset:x4}",
        Instruction[] targets => string.Join(" ", targets.Select(target => $"IL_{target.Offset:x4}")),
        VariableDefinition variable => $"V_{variable.Index}",
        ParameterDefinition parameter => parameter.Name,
        MemberReference member => $"{member.DeclaringType?.Name}::{member.Name}",
        string text => $"\"{text}\"",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        var other => other.ToString() ?? "",
    };
}
