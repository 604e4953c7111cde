using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace EdgeInfer.NanoFramework;

/// <summary>
/// The length of IL code as nanoFramework's metadata processor writes it (CodeWriter.cs there): what names a string, method, field
/// or type, and what a branch jumps to, takes two bytes instead of four.
/// </summary>
public static class DeviceIl
{
    /// <summary>One assembly's code stays below this: its positions have 16 bits.</summary>
    public const int Limit = 64 * 1024;

    private const int ShorterOperand = 2;
    private const int ShorterSwitchCount = 3;
    private const int Handler = 12;
    private const int HandlerCount = 1;

    /// <summary>Bytes of an assembly's code on the device.</summary>
    /// <param name="image">The assembly.</param>
    public static int BytesOf(byte[] image)
    {
        using var module = ModuleDefinition.ReadModule(new MemoryStream(image));
        return module.GetAllTypes().SelectMany(type => type.Methods).Where(method => method.HasBody).Sum(method => BytesOf(method.Body));
    }

    /// <summary>Bytes of a method's code on the device, its table of exception handlers included.</summary>
    internal static int BytesOf(MethodBody body)
    {
        var handlers = body.HasExceptionHandlers ? (body.ExceptionHandlers.Count * Handler) + HandlerCount : 0;
        return body.CodeSize - body.Instructions.Sum(Saved) + handlers;
    }

    private static int Saved(Instruction instruction) => instruction.OpCode.OperandType switch
    {
        OperandType.InlineString or OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineBrTarget => ShorterOperand,
        OperandType.InlineSwitch => ShorterSwitchCount + (ShorterOperand * ((Instruction[])instruction.Operand).Length),
        _ => 0,
    };
}
