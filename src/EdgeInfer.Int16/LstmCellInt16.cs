using Layout = EdgeInfer.Kernels.UnidirectionalSequenceLstmInt16;

namespace EdgeInfer.Kernels
{
    /// <summary>What <see cref="UnidirectionalSequenceLstmInt16"/> does with the products of a time step: their scales, the functions of the gates, and the new states.</summary>
    internal static class LstmCellInt16
    {
        /// <summary>Gates have 12 fractional bits; times 3 they count the table's steps of 1/24 (sigmoid: in 512, tanh of half: in 256).</summary>
        private const int GateFactor = 3;

        /// <summary>1/2 with the sigmoid's 25 fractional bits, and half of what is shifted away.</summary>
        private const int SigmoidRounding = (1 << 24) + 512;

        private const int TanhRounding = 128;

        /// <summary>Beyond this the tanh is its limit, which the table's outer entries are.</summary>
        private const int Reach = (InterpolateInt16.TableReach - 1) << 8;

        /// <summary>Scales sums to gates, and clears them.</summary>
        public static void Scale(Arena arena, int[] words, int scale, int sum, int gate, int cells)
        {
            long scaled;
            long[] sums = arena.Int64;
            int s = sum;
            int[] gates = arena.Int32;
            long multiplier = words[scale];
            int shift = words[scale + 1];
            long half = 1L << (shift - 1);
            for (int end = s + cells; s < end; s++, gate++)
            {
                scaled = ((sums[s] * multiplier) + half) >> shift;
                if ((ulong)(scaled - short.MinValue) > ushort.MaxValue) scaled = scaled < 0 ? short.MinValue : short.MaxValue;
                gates[gate] = (int)scaled;
                sums[s] = 0;
            }
        }

        /// <summary>Adds the scaled sums to the gates, and applies their functions.</summary>
        public static void Activate(Model model, Arena arena, int record, int gate, int sum, int value, int cells)
        {
            long scaled;
            int v;
            int s = sum;
            short[] halves = model.Halves;
            long[] sums = arena.Int64;
            int[] gates = arena.Int32;
            int[] words = model.Words;
            int middle = words[record + Layout.Sigmoid] + InterpolateInt16.TableReach;
            int scale = record + Layout.GateScales + (4 * gate) + 2;
            long multiplier = words[scale];
            int shift = words[scale + 1];
            long half = 1L << (shift - 1);
            bool isTanh = gate == Layout.CellGate;
            for (int end = s + cells; s < end; s++, value++)
            {
                scaled = ((sums[s] * multiplier) + half) >> shift;
                if ((ulong)(scaled - short.MinValue) > ushort.MaxValue) scaled = scaled < 0 ? short.MinValue : short.MaxValue;
                scaled += gates[value];
                if ((ulong)(scaled - short.MinValue) > ushort.MaxValue) scaled = scaled < 0 ? short.MinValue : short.MaxValue;
                v = (int)scaled * GateFactor;
                if (isTanh)
                {
                    gates[value] = Tanh(halves, middle, v);
                }
                else
                {
                    int p = (v >> 9) + middle;
                    int low = halves[p];
                    gates[value] = ((low << 9) + ((v & 511) * (halves[p + 1] - low)) + SigmoidRounding + (v >> 31)) >> 10;
                }
            }
        }

        /// <summary>Computes the new states from the gates.</summary>
        public static void Update(Model model, Arena arena, int record, int gate, int cell, int hidden, int cells)
        {
            int g = gate;
            int[] gates = arena.Int32;
            long scaled;
            long kept;
            short[] halves = model.Halves;
            short[] x = arena.Int16;
            int[] words = model.Words;
            int middle = words[record + Layout.Sigmoid] + InterpolateInt16.TableReach;
            int output = 2 * cells;
            int update = Layout.CellGate * cells;
            long forgetMultiplier = words[record + Layout.ForgetScale];
            int forgetShift = words[record + Layout.ForgetScale + 1];
            long forgetRounding = Channel.Rounding(forgetShift);
            long forgetThreshold = Channel.Threshold(forgetShift);
            long forgetStep = Channel.NegativeStep(forgetShift);
            long updateMultiplier = words[record + Layout.UpdateScale];
            int updateShift = words[record + Layout.UpdateScale + 1];
            long updateRounding = Channel.Rounding(updateShift);
            long updateThreshold = Channel.Threshold(updateShift);
            long updateStep = Channel.NegativeStep(updateShift);
            long hiddenMultiplier = words[record + Layout.HiddenScale];
            int hiddenShift = words[record + Layout.HiddenScale + 1];
            long hiddenRounding = Channel.Rounding(hiddenShift);
            long hiddenThreshold = Channel.Threshold(hiddenShift);
            long hiddenStep = Channel.NegativeStep(hiddenShift);
            int tanhMultiplier = words[record + Layout.TanhMultiplier];
            int tanhShift = words[record + Layout.TanhShift];
            int tanhHalf = (1 << tanhShift) >> 1;
            int min = words[record + Layout.CellMin];
            int max = words[record + Layout.CellMax];
            for (int end = g + cells; g < end; g++, cell++, hidden++)
            {
                kept = (gates[g + cells] * x[cell] * forgetMultiplier) + forgetRounding;
                if (kept < forgetThreshold) kept -= forgetStep;
                kept >>= forgetShift;
                if ((ulong)(kept - short.MinValue) > ushort.MaxValue) kept = kept < 0 ? short.MinValue : short.MaxValue;
                scaled = (gates[g] * gates[g + update] * updateMultiplier) + updateRounding;
                if (scaled < updateThreshold) scaled -= updateStep;
                scaled >>= updateShift;
                if ((ulong)(scaled - short.MinValue) > ushort.MaxValue) scaled = scaled < 0 ? short.MinValue : short.MaxValue;
                scaled += kept;
                if (scaled < min) scaled = min;
                if (scaled > max) scaled = max;
                x[cell] = (short)scaled;

                scaled = (Tanh(halves, middle, (((int)scaled * tanhMultiplier) + tanhHalf) >> tanhShift) * gates[g + output] * hiddenMultiplier) + hiddenRounding;
                if (scaled < hiddenThreshold) scaled -= hiddenStep;
                scaled >>= hiddenShift;
                if ((ulong)(scaled - short.MinValue) > ushort.MaxValue) scaled = scaled < 0 ? short.MinValue : short.MaxValue;
                x[hidden] = (short)scaled;
            }
        }

        private static int Tanh(short[] halves, int middle, int v)
        {
            if (v < -Reach) v = -Reach;
            if (v > Reach) v = Reach;
            int p = (v >> 8) + middle;
            int low = halves[p];
            return ((low << 8) + ((v & 255) * (halves[p + 1] - low)) + TanhRounding + (v >> 31)) >> 8;
        }
    }
}
