using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Sum of two tensors, either of which may be broadcast.</summary>
/// <param name="input1">First operand.</param>
/// <param name="input2">Second operand.</param>
/// <param name="output">Output.</param>
/// <param name="activation">Clamp of the output.</param>
/// <remarks>Scales as in CalculateOpDataAdd of TensorFlow Lite for Microcontrollers (kernels/add_common): in double precision throughout.</remarks>
public sealed class Add(GraphTensor input1, GraphTensor input2, GraphTensor output, FusedActivation activation)
    : Operator([input1, input2], [output]), IFusesActivation
{
    /// <inheritdoc/>
    public FusedActivation Activation { get; set; } = activation;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        Addition.Check(this, Factors, problems);
        problems.Demand(
            !Int32Pair.AreOf(this) || Activation == FusedActivation.None,
            this,
            $"the activation {Activation} of a sum of 32 bits is not supported: TensorFlow Lite applies it, tflite-micro does not",
            "Limit the sum with MAXIMUM and MINIMUM",
            ErrorCode.Option);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer) => Addition.Pack(packer, this, 1, Factors, Activation);

    private Addition.Factors Factors()
    {
        double first = Input.Quantization!.Scale, second = Inputs[1]!.Quantization!.Scale;
        double twice = 2 * Math.Max(first, second);
        return new(first / twice, second / twice, twice / ((1 << Addition.LeftShift(this)) * (double)Output.Quantization!.Scale));
    }
}
