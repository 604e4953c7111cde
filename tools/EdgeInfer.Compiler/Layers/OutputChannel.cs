namespace EdgeInfer.Compiler.Layers;

/// <summary>Everything that one output channel of a matrix product needs but its inputs.</summary>
/// <param name="Weights">One weight a tap, less the weights' zero point.</param>
/// <param name="Bias">Bias with the input zero point folded in.</param>
/// <param name="Multiplier">Multiplier of the requantization; see <see cref="Channel"/>.</param>
/// <param name="Shift">Shift of the requantization.</param>
internal sealed record OutputChannel(int[] Weights, long Bias, int Multiplier, int Shift);
