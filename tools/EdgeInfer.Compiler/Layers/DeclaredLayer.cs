using EdgeInfer.Compiler.Code;

namespace EdgeInfer.Compiler.Layers;

/// <summary>What a compiled layer says about itself, for the verifier, while its code is still text.</summary>
/// <param name="code">The code.</param>
internal sealed class DeclaredLayer(LayerCode code) : CompiledLayer
{
    /// <inheritdoc/>
    public override int Extent => code.Layer.Extent;

    /// <inheritdoc/>
    public override int Channels => code.Layer.Channels.Length;

    /// <inheritdoc/>
    public override int Geometry => code.Layer.Geometry;

    /// <inheritdoc/>
    public override int Checksum => code.Checksum;

    /// <inheritdoc/>
    public override void Run(sbyte[] data, int input, int output) => throw new InvalidOperationException("The code of this layer has not been built.");
}
