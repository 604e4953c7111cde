namespace EdgeInfer.Compiler;

/// <summary>One operator of a compiled model beside the same operator interpreted.</summary>
/// <param name="Index">Index in the main program.</param>
/// <param name="Label">Operator in the source model.</param>
/// <param name="Code">What the interpreted blob asks for.</param>
/// <param name="Macs">Multiply-accumulates.</param>
/// <param name="IsCompiled">Whether its weights are constants in code.</param>
/// <param name="InterpretedCost">RV32 instructions of an inference by the interpreter.</param>
/// <param name="CompiledCost">RV32 instructions of an inference of the compiled model.</param>
/// <param name="FlashBytes">Bytes of IL code.</param>
public sealed record CompiledLayerReport(int Index, string Label, OperatorCode Code, long Macs, bool IsCompiled, long InterpretedCost, long CompiledCost, int FlashBytes);
