namespace EdgeInfer.Converter.Graph;

/// <summary>
/// Uniform quantization: real = scale * (integer - zero point), with one pair for the whole tensor or one a slice of <paramref name="Axis"/>.
/// </summary>
/// <param name="Scales">One scale, or one a slice.</param>
/// <param name="ZeroPoints">One zero point, or one a slice.</param>
/// <param name="Axis">Dimension along which the pairs differ; 0 where there is one pair only.</param>
public sealed record Quantization(float[] Scales, int[] ZeroPoints, int Axis = 0)
{
    /// <summary>Creates quantization with one pair.</summary>
    /// <param name="scale">Scale, above zero.</param>
    /// <param name="zeroPoint">Zero point, within the element type's range.</param>
    public Quantization(float scale, int zeroPoint)
        : this([scale], [zeroPoint])
    {
    }

    /// <summary>Bits of the integers that a tensor of floats is to become: 8, or 4 for weights, or 16 for activations.</summary>
    public int Bits { get; init; } = 8;

    /// <summary>True where every slice has a scale of its own.</summary>
    public bool IsPerChannel => Scales.Length > 1;

    /// <summary>The scale of the whole tensor.</summary>
    public float Scale => Scales[0];

    /// <summary>The zero point of the whole tensor.</summary>
    public int ZeroPoint => ZeroPoints[0];

    /// <summary>Tells whether two tensors hold the same real number for the same integer.</summary>
    /// <param name="other">The other quantization.</param>
    /// <returns>True where both have one pair and it is the same, and as many bits.</returns>
    public bool IsSameAs(Quantization? other) =>
        other is not null && !IsPerChannel && !other.IsPerChannel && Scale.Equals(other.Scale) && ZeroPoint == other.ZeroPoint && Bits == other.Bits;
}
