using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter;

/// <summary>Layers of a model that are not packed as they are, because they become generated code.</summary>
/// <param name="Apply">Replaces their operators, after all passes and before packing.</param>
/// <param name="Layers">What the runtime's verifier is to hold the blob against, by slot.</param>
/// <param name="SelfTest">The self-test of the same model without replaced layers, which its checksums hold for too; null where it has none.</param>
public sealed record LayerReplacement(Action<ModelGraph> Apply, CompiledLayer[] Layers, byte[]? SelfTest);
