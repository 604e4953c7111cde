using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Operators;

/// <summary>Constants of one gate of a long short-term memory.</summary>
/// <param name="InputWeights">Weights of the input, int8 [cells, inputs].</param>
/// <param name="RecurrentWeights">Weights of the hidden state, int8 [cells, cells].</param>
/// <param name="Bias">Bias, int32 [cells], or int64 to 16-bit inputs.</param>
public sealed record LstmGate(GraphTensor InputWeights, GraphTensor RecurrentWeights, GraphTensor Bias);
