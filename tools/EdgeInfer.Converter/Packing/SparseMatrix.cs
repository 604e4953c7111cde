using Layout = EdgeInfer.Kernels.SparseFullyConnected;

namespace EdgeInfer.Converter.Packing;

/// <summary>The weights of a matrix without blocks that are all zero, as <see cref="Layout"/> takes them.</summary>
internal sealed class SparseMatrix
{
    /// <summary>RV32 instructions of a weight in <see cref="MatrixVector"/>, of an output and sixty-four inputs, and of an input.</summary>
    private const double DenseCost = 415, DenseRowCost = 580, DenseInputCost = 667;

    /// <summary>RV32 instructions of a stored block, and of sixteen inputs.</summary>
    private const double BlockCost = 7700, ListCost = 15_000;

    /// <summary>Most outputs from one stored block to the next.</summary>
    private const int LongestStep = Layout.End - 1;

    private readonly List<sbyte> _bytes = [];
    private readonly List<int> _starts = [];
    private int _blocks;
    private int _lists;

    private SparseMatrix(ReadOnlySpan<sbyte> weights, int rows, int zeroPoint, int block)
    {
        for (int first = 0; first < rows; first += block)
        {
            _starts.Add(_bytes.Count);
            AddLists(weights, weights.Length / rows, first, Math.Min(rows, first + block), zeroPoint);
        }
    }

    /// <summary>The lists, less 128 as all 8-bit constants.</summary>
    public sbyte[] Bytes => [.. _bytes];

    /// <summary>Where the lists of every block of rows begin.</summary>
    public int[] Starts => [.. _starts];

    /// <summary>Leaves the zeros of a matrix out, where it has so many that this is faster and no larger.</summary>
    /// <param name="weights">The weights, the rows one after the other.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="zeroPoint">The weight that stands for zero.</param>
    /// <param name="block">Rows that are computed at a time.</param>
    /// <returns>The matrix; null where it is better stored whole.</returns>
    public static SparseMatrix? Of(ReadOnlySpan<sbyte> weights, int rows, int zeroPoint, int block)
    {
        SparseMatrix sparse = new(weights, rows, zeroPoint, block);
        double dense = (weights.Length * DenseCost) + (weights.Length / 64.0 * DenseRowCost) + (weights.Length / (double)rows * sparse._starts.Count * DenseInputCost);
        double cost = (sparse._blocks * BlockCost) + (sparse._lists * ListCost);
        return cost < dense && sparse._bytes.Count + (4 * sparse._starts.Count) <= weights.Length ? sparse : null;
    }

    private void AddLists(ReadOnlySpan<sbyte> weights, int depth, int first, int end, int zeroPoint)
    {
        for (int column = 0; column < depth; column += Layout.Width)
        {
            int width = Math.Min(Layout.Width, depth - column), last = first;
            for (int row = first; row < end; row++)
            {
                ReadOnlySpan<sbyte> block = weights.Slice((row * depth) + column, width);
                if (row - last < LongestStep && !block.ContainsAnyExcept((sbyte)zeroPoint)) continue;

                _bytes.Add((sbyte)(row - last - 128));
                _bytes.AddRange(block);
                for (int i = width; i < Layout.Width; i++) _bytes.Add((sbyte)zeroPoint);
                last = row;
                _blocks++;
            }

            _bytes.Add(unchecked((sbyte)(Layout.End - 128)));
            _lists++;
        }
    }
}
