using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Numerics;

/// <summary>The argument of logistic and tanh: an int8 number as fixed point with four integer bits, or known to be beyond ±15, where both are saturated.</summary>
/// <param name="input">The input tensor, int8, with quantization.</param>
/// <remarks>CalculateInputRadius of TensorFlow Lite (kernels/internal/quantization_util.cc) and the preparation of both operators.</remarks>
internal sealed class ScaledArgument(GraphTensor input)
{
    /// <summary>Integer bits of the argument.</summary>
    public const int IntegerBits = 4;

    /// <summary>No int8 number is farther from its zero point.</summary>
    private const int NoRadius = 256;

    private readonly GraphTensor _input = input;
    private QuantizedMultiplier? _factor;
    private int _radius;

    /// <summary>Tells whether an input is so low that the output is the smallest number.</summary>
    /// <param name="value">An element of the input.</param>
    /// <returns>True at or below -15.</returns>
    public bool IsBelow(int value)
    {
        Prepare();
        return value - _input.Quantization!.ZeroPoint <= -_radius;
    }

    /// <summary>Tells whether an input is so high that the output is the largest number.</summary>
    /// <param name="value">An element of the input.</param>
    /// <returns>True at or above 15.</returns>
    public bool IsAbove(int value)
    {
        Prepare();
        return value - _input.Quantization!.ZeroPoint >= _radius;
    }

    /// <summary>The argument of an input that is neither below nor above.</summary>
    /// <param name="value">An element of the input.</param>
    /// <returns>Fixed point with <see cref="IntegerBits"/> integer bits.</returns>
    public int Scale(int value)
    {
        Prepare();
        return (int)_factor!.Value.Apply(value - _input.Quantization!.ZeroPoint);
    }

    private void Prepare()
    {
        if (_factor is not null) return;

        // A scale of 2^3 and more puts every input but the zero point itself beyond the radius.
        double unit = Math.ScaleB((double)_input.Quantization!.Scale, 31 - IntegerBits);
        int exponent = Math.ILogB(unit) + 1;
        double radius = Math.Floor(Math.ScaleB((1 << IntegerBits) - 1, 31 - IntegerBits - exponent));
        _radius = (int)Math.Min(radius, NoRadius);
        _factor = QuantizedMultiplier.CanHold(unit) ? QuantizedMultiplier.FromReal(unit) : default(QuantizedMultiplier);
    }
}
