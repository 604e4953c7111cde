using System.Buffers.Binary;

namespace EdgeInfer.Cli.Comparison;

/// <summary>One tensor held against what another implementation computed.</summary>
/// <param name="What">Frame and output, or the operator.</param>
/// <param name="Tensor">Name of the tensor.</param>
/// <param name="Elements">Number of elements compared.</param>
/// <param name="Mismatches">Number of elements that differ by more than the tolerance.</param>
/// <param name="LargestDifference">Largest difference of any element.</param>
/// <param name="FirstMismatch">Index of the first element that differs by more than the tolerance; -1 where none does.</param>
/// <param name="IsComputed">False where the model has no step of its own for this tensor, so that nothing was compared.</param>
/// <param name="Remark">Why nothing was compared.</param>
internal sealed record ComparisonRow(string What, string Tensor, int Elements, int Mismatches, double LargestDifference, int FirstMismatch, bool IsComputed = true, string Remark = "")
{
    /// <summary>True where nothing differs.</summary>
    public bool IsEqual => Mismatches == 0;

    /// <summary>A tensor that the model has no step of its own for.</summary>
    public static ComparisonRow NotComputed(string what, string tensor, string remark) => new(what, tensor, 0, 0, 0, -1, false, remark);

    /// <summary>Compares two tensors of equal length.</summary>
    /// <param name="what">Frame and output, or the operator.</param>
    /// <param name="tensor">Name of the tensor.</param>
    /// <param name="type">Element type.</param>
    /// <param name="actual">What was computed here.</param>
    /// <param name="expected">What the other implementation computed.</param>
    /// <param name="tolerance">Largest difference that counts as equal.</param>
    /// <returns>The row.</returns>
    public static ComparisonRow Of(string what, string tensor, TensorType type, ReadOnlySpan<byte> actual, ReadOnlySpan<byte> expected, double tolerance)
    {
        int width = Arena.ElementBytes(type), count = actual.Length / width, mismatches = 0, first = -1;
        double largest = 0;
        for (int i = 0; i < count; i++)
        {
            double a = Element(type, actual[(i * width)..]), e = Element(type, expected[(i * width)..]);
            double difference = a.Equals(e) ? 0 : Math.Abs(a - e);
            if (double.IsNaN(difference)) difference = double.PositiveInfinity;
            largest = Math.Max(largest, difference);
            if (difference <= tolerance) continue;

            mismatches++;
            if (first < 0) first = i;
        }

        return new ComparisonRow(what, tensor, count, mismatches, Math.Min(largest, double.MaxValue), first);
    }

    private static double Element(TensorType type, ReadOnlySpan<byte> bytes) => type switch
    {
        TensorType.Int8 => (sbyte)bytes[0],
        TensorType.UInt8 => bytes[0],
        TensorType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        TensorType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadSingleLittleEndian(bytes),
    };
}
