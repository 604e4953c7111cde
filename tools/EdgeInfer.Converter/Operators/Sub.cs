using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Difference of two tensors, either of which may be broadcast.</summary>
/// <param name="input1">What is subtracted from.</param>
/// <param name="input2">What is subtracted.</param>
/// <param name="output">Output.</param>
/// <param name="activation">Clamp of the output.</param>
/// <remarks>
/// Scales as in CalculateOpDataSub of TensorFlow Lite for Microcontrollers (kernels/sub_common): quotients in single precision,
/// unlike those of the sum.
/// </remarks>
public sealed class Sub(GraphTensor input1, GraphTensor input2, GraphTensor output, FusedActivation activation)
    : Operator([input1, input2], [output]), IFusesActivation
{
    /// <inheritdoc/>
    public FusedActivation Activation { get; set; } = activation;

    /// <inheritdoc/>
    public override void Check(ProblemList problems) => Addition.Check(this, Factors, problems);

    /// <inheritdoc/>
    public override void Pack(Packer packer) => Addition.Pack(packer, this, -1, Factors, Activation);

    private Addition.Factors Factors()
    {
        float first = Input.Quantization!.Scale, second = Inputs[1]!.Quantization!.Scale;
        float twice = 2 * MathF.Max(first, second);
        return new(first / twice, second / twice, twice / ((1 << Addition.LeftShift(this)) * Output.Quantization!.Scale));
    }
}
