using Layout = EdgeInfer.Kernels.UnidirectionalSequenceLstm;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// What <see cref="UnidirectionalSequenceLstm"/> does with the products of a time step: the functions of the gates, and the
    /// new cell and hidden states. docs/numerics.md has the formulas.
    /// </summary>
    /// <remarks>
    /// Sigmoid and tanh interpolate one table that is odd about its middle, so that v >> 9 and v and 511 are entry and fraction
    /// for negative numbers too; v >> 31 is what makes the rounding of those the mirror image.
    /// </remarks>
    internal static class LstmCell
    {
        /// <summary>Gates have 12 fractional bits; times 3 they count the table's steps of 1/24 (sigmoid: in 512, tanh of half: in 256).</summary>
        private const int GateFactor = 3;

        /// <summary>1/2 with the sigmoid's 25 fractional bits, and half of what is shifted away.</summary>
        private const int SigmoidRounding = (1 << 24) + 512;

        private const int TanhRounding = 128;

        /// <summary>A sum plus this is from 0 to <see cref="Range"/> where it fits 16 bits.</summary>
        private const int Bias = 1 << 15;

        private const uint Range = ushort.MaxValue;

        /// <summary>Beyond this the tanh is its limit, which the table's outer entries are.</summary>
        private const int Reach = Layout.TableReach << 8;

        /// <summary>Turns the two products of a gate into its value, in place of the first.</summary>
        public static void Activate(Model model, Arena arena, int record, int gate, int sum, int recurrent, int cells)
        {
            int s = sum;
            int[] sums = arena.Int32;
            int value;
            long scaled;
            int value2;
            short[] halves = model.Halves;
            int[] words = model.Words;
            int middle = words[record + Layout.Sigmoid] + Layout.TableReach;
            int scale = record + Layout.GateScales + (4 * gate);
            long multiplier1 = words[scale];
            int shift1 = words[scale + 1];
            long rounding1 = Channel.Rounding(shift1);
            long threshold1 = Channel.Threshold(shift1);
            long negativeStep1 = Channel.NegativeStep(shift1);
            long multiplier2 = words[scale + 2];
            int shift2 = words[scale + 3];
            long rounding2 = Channel.Rounding(shift2);
            long threshold2 = Channel.Threshold(shift2);
            long negativeStep2 = Channel.NegativeStep(shift2);
            bool isTanh = gate == Layout.CellGate;
            for (int end = s + cells; s < end; s++, recurrent++)
            {
                scaled = (sums[s] * multiplier1) + rounding1;
                if (scaled < threshold1) scaled -= negativeStep1;
                value = (int)(scaled >> shift1);
                scaled = (sums[recurrent] * multiplier2) + rounding2;
                if (scaled < threshold2) scaled -= negativeStep2;
                value2 = (int)(scaled >> shift2);
                if ((uint)((value + Bias) | (value2 + Bias)) > Range)
                {
                    value = Saturate(value);
                    value2 = Saturate(value2);
                }

                value += value2;
                if ((uint)(value + Bias) > Range) value = Saturate(value);
                value *= GateFactor;
                if (isTanh)
                {
                    int p = (value >> 8) + middle;
                    int low = halves[p];
                    sums[s] = ((low << 8) + ((value & 255) * (halves[p + 1] - low)) + TanhRounding + (value >> 31)) >> 8;
                }
                else
                {
                    int p = (value >> 9) + middle;
                    int low = halves[p];
                    sums[s] = ((low << 9) + ((value & 511) * (halves[p + 1] - low)) + SigmoidRounding + (value >> 31)) >> 10;
                }
            }
        }

        /// <summary>Computes the new states from the gates.</summary>
        public static void Update(Model model, Arena arena, int record, int sum, int cell, int hidden, int cells)
        {
            int s = sum;
            int[] gates = arena.Int32;
            int value;
            long scaled;
            int kept;
            short[] halves = model.Halves;
            short[] c = arena.Int16;
            sbyte[] h = arena.Int8;
            int[] words = model.Words;
            int middle = words[record + Layout.Sigmoid] + Layout.TableReach;
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
            int tanhRound = (1 << tanhShift) >> 1;
            int min = words[record + Layout.CellMin];
            uint range = (uint)(words[record + Layout.CellMax] - min);
            int zeroPoint = words[record + Layout.HiddenZeroPoint];
            for (int end = s + cells; s < end; s++, cell++, hidden++)
            {
                scaled = (gates[s + cells] * c[cell] * forgetMultiplier) + forgetRounding;
                if (scaled < forgetThreshold) scaled -= forgetStep;
                kept = (int)(scaled >> forgetShift);
                scaled = (gates[s] * gates[s + update] * updateMultiplier) + updateRounding;
                if (scaled < updateThreshold) scaled -= updateStep;
                value = (int)(scaled >> updateShift);
                if ((uint)((value + Bias) | (kept + Bias)) > Range)
                {
                    value = Saturate(value);
                    kept = Saturate(kept);
                }

                value += kept;
                if ((uint)(value - min) > range) value = value < min ? min : min + (int)range;
                c[cell] = (short)value;

                value = ((value * tanhMultiplier) + tanhRound) >> tanhShift;
                if (value < -Reach) value = -Reach;
                if (value >= Reach) value = Reach - 1;
                int p = (value >> 8) + middle;
                int low = halves[p];
                value = ((low << 8) + ((value & 255) * (halves[p + 1] - low)) + TanhRounding + (value >> 31)) >> 8;
                scaled = (value * gates[s + output] * hiddenMultiplier) + hiddenRounding;
                if (scaled < hiddenThreshold) scaled -= hiddenStep;
                value = (int)(scaled >> hiddenShift) + zeroPoint;
                if (value < sbyte.MinValue) value = sbyte.MinValue;
                if (value > sbyte.MaxValue) value = sbyte.MaxValue;
                h[hidden] = (sbyte)value;
            }
        }

        private static int Saturate(int value)
        {
            return value < short.MinValue ? short.MinValue : value > short.MaxValue ? short.MaxValue : value;
        }
    }
}
