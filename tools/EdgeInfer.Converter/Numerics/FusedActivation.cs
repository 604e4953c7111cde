using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Numerics;

/// <summary>A clamp that is carried out together with an operator.</summary>
public enum FusedActivation
{
    /// <summary>Only the element type's own range.</summary>
    None,

    /// <summary>Not below 0.</summary>
    Relu,

    /// <summary>From -1 to 1.</summary>
    ReluN1To1,

    /// <summary>From 0 to 6.</summary>
    Relu6,

    /// <summary>From 0 to 1.</summary>
    Relu0To1,
}

/// <summary>Limits of activations in the integers of an output.</summary>
public static class ActivationRange
{
    /// <summary>The integers that an activation lets pass.</summary>
    /// <param name="activation">The activation.</param>
    /// <param name="output">The output tensor: its type and quantization.</param>
    /// <returns>Smallest and largest integer.</returns>
    /// <remarks>CalculateActivationRangeQuantized of TensorFlow Lite (kernels/kernel_util): the limit divided by the scale in single precision, rounded half away from zero.</remarks>
    public static (int Min, int Max) Of(FusedActivation activation, GraphTensor output)
    {
        (int min, int max) = output.Type switch
        {
            ElementType.Int8 or ElementType.Bool => (sbyte.MinValue, sbyte.MaxValue),
            ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
            ElementType.Int16 => (short.MinValue, short.MaxValue),
            _ => throw new ArgumentException($"No activation range for {output.Type}.", nameof(output)),
        };
        Quantization quantization = output.Quantization!;
        int Quantize(float real) =>
            (int)Math.Clamp(quantization.ZeroPoint + (double)MathF.Round(real / quantization.Scale, MidpointRounding.AwayFromZero), min, max);
        (float low, float high) = LimitsOf(activation);
        return (float.IsFinite(low) ? Quantize(low) : min, float.IsFinite(high) ? Quantize(high) : max);
    }

    /// <summary>The real numbers that an activation lets pass.</summary>
    /// <param name="activation">The activation.</param>
    /// <returns>Smallest and largest number, infinite where there is none.</returns>
    public static (float Min, float Max) LimitsOf(FusedActivation activation) => activation switch
    {
        FusedActivation.Relu => (0, float.PositiveInfinity),
        FusedActivation.Relu6 => (0, 6),
        FusedActivation.ReluN1To1 => (-1, 1),
        FusedActivation.Relu0To1 => (0, 1),
        _ => (float.NegativeInfinity, float.PositiveInfinity),
    };
}
