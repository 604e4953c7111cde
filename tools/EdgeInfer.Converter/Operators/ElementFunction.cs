using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;

namespace EdgeInfer.Converter.Operators;

/// <summary>A function of one real number, int8 to int8: dequantized, evaluated and quantized for every input when the model is converted.</summary>
/// <param name="input">Input.</param>
/// <param name="output">Output.</param>
/// <param name="function">The function.</param>
/// <remarks>
/// EXP, LOG, GELU: LUTPopulate of TensorFlow Lite (kernels/internal/common.h); ELU: PopulateLookupTable of tflite-micro
/// (micro/kernels/elu.cc), which is the same; SQRT: SqrtEvalQuantized of TensorFlow Lite (kernels/elementwise.cc). The others have no int8
/// reference; tflite-micro has them, and all but ELU of those named, in floats only.
/// </remarks>
public class ElementFunction(GraphTensor input, GraphTensor output, RealFunction function) : LookupOperator(input, output)
{
    /// <inheritdoc/>
    public override string Name => Function.Name;

    /// <summary>The function.</summary>
    public RealFunction Function { get; } = function;

    /// <inheritdoc/>
    public override void Check(ProblemList problems) => UnaryOperator.Check(this, problems, [ElementType.Int8], [ElementType.Int8]);

    /// <inheritdoc/>
    public override int Evaluate(int value)
    {
        Quantization input = Input.Quantization!, output = Output.Quantization!;
        int difference = value - input.ZeroPoint;
        double quotient = Function.Rounding switch
        {
            TableRounding.Single => MathF.Round((float)Function.Evaluate(input.Scale * difference) * (1f / output.Scale), MidpointRounding.AwayFromZero),
            TableRounding.Truncated => MathF.Truncate((float)Function.Evaluate(input.Scale * difference) / output.Scale),
            _ => Math.Round(Function.Evaluate((double)input.Scale * difference) / output.Scale, MidpointRounding.AwayFromZero),
        };
        return (int)Math.Clamp(quotient + output.ZeroPoint, sbyte.MinValue, sbyte.MaxValue);
    }
}
