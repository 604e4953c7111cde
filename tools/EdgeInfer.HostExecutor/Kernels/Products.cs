using System.Runtime.CompilerServices;

namespace EdgeInfer.Host.Kernels;

/// <summary>
/// Multiplies windows of a plane with weights, sixteen output channels at a time. Taps go in pairs: one instruction multiplies a pair of inputs with a pair of
/// weights in each of eight channels and adds both up.
/// </summary>
internal abstract class Products
{
    /// <summary>Output channels of a block.</summary>
    protected const int Block = Requantizer.Block;

    /// <summary>Weights that a block has for a pair of taps.</summary>
    protected const int PairNumbers = 2 * Block;

    /// <summary>Windows that are multiplied with a block before the next one: as many as leave all that is touched in the nearest cache.</summary>
    private const int Most = 64;

    private readonly int _count;
    private readonly Requantizer _scales;
    private readonly AlignedArray<int> _sums = new(Most * Block);

    /// <summary>Lays out weights and biases.</summary>
    /// <param name="words">The model's words.</param>
    /// <param name="channels">Position of the record's fields of biases and scales.</param>
    /// <param name="zeroPoint">Position of the record's fields of output zero point and clamp.</param>
    /// <param name="first">The first of the output channels.</param>
    /// <param name="count">Number of output channels.</param>
    /// <param name="pairs">Pairs of taps.</param>
    /// <param name="weight">The weight of an output channel, first argument, counted from the first, at a tap; 0 where the tap only completes a pair.</param>
    protected Products(int[] words, int channels, int zeroPoint, int first, int count, int pairs, Func<int, int, int> weight)
    {
        _count = count;
        ReadOnlySpan<int> biases = words.AsSpan(words[channels + Channel.Biases] + first, count);
        long[] bounds = new long[count];
        for (int channel = 0; channel < count; channel++)
        {
            bounds[channel] = Math.Abs((long)biases[channel]);
            for (int tap = 0; tap < 2 * pairs; tap++) bounds[channel] += 128 * Math.Abs(weight(channel, tap));
        }

        _scales = Requantizer.Of(words, channels, first, bounds, zeroPoint);
        Biases = new AlignedArray<int>(Requantizer.BlocksOf(count) * Block);
        Weights = new AlignedArray<short>(Biases.Length * pairs * 2);
        for (int channel = 0; channel < count; channel++)
        {
            int gain = _scales.Gain(channel), target = (channel / Block * pairs * PairNumbers) + (channel % Block * 2);
            Biases[channel] = biases[channel] << gain;
            for (int tap = 0; tap < 2 * pairs; tap++) Weights[target + (tap / 2 * PairNumbers) + (tap % 2)] = (short)(weight(channel, tap) << gain);
        }
    }

    /// <summary>Biases with their gain, in whole blocks.</summary>
    protected AlignedArray<int> Biases { get; }

    /// <summary>Weights with their gain: block by block, pair by pair, two a channel.</summary>
    protected AlignedArray<short> Weights { get; }

    /// <summary>Multiplies windows with all weights.</summary>
    /// <param name="input">Where distances are counted from.</param>
    /// <param name="windows">The first taps of the windows, as distances.</param>
    /// <param name="output">Output of the first window and channel.</param>
    /// <param name="step">Outputs from one window to the next.</param>
    public void Multiply(ref short input, ReadOnlySpan<int> windows, ref sbyte output, int step)
    {
        for (int i = 0; i < windows.Length; i += Most)
        {
            ReadOnlySpan<int> some = windows[i..Math.Min(i + Most, windows.Length)];
            for (int first = 0, block = 0; first < _count; first += Block, block++)
            {
                Add(ref input, some, block, ref _sums[0]);
                _scales.Store(ref _sums[0], some.Length, block, ref Unsafe.Add(ref output, (i * step) + first), step, _count - first);
            }
        }
    }

    /// <summary>Adds the products of a block up.</summary>
    /// <param name="input">Where distances are counted from.</param>
    /// <param name="windows">The first taps of the windows, as distances.</param>
    /// <param name="block">Index of the block.</param>
    /// <param name="sums">Takes sixteen sums a window.</param>
    /// <remarks>Four windows share the loading of a weight; no method is called in their loop, so that all sums stay in registers.</remarks>
    protected abstract void Add(ref short input, ReadOnlySpan<int> windows, int block, ref int sums);
}
