using System;
using Layout = EdgeInfer.Kernels.Svdf;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Singular value decomposition filter, one filter after the other.</summary>
    public sealed class Svdf : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            int filters = words[record + Layout.Filters];
            int memory = words[record + Layout.Memory];
            int outputs = filters / words[record + Layout.Rank];
            int stateEntry = words[record + Layout.State];
            int batches = words[stateEntry + BlobFormat.TensorCount] / (filters * memory);
            bool wide = BlobFormat.TypeOf(words, stateEntry) == TensorType.Int16;
            int state = words[stateEntry + BlobFormat.TensorOffset];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            PlainPort.Copy(model, arena, words[record + Layout.Input]);
            for (int b = 0; b < batches; b++)
            {
                if (wide) Array.Copy(arena.Int16, state + 1, arena.Int16, state, (filters * memory) - 1);
                else Array.Copy(arena.Int8, state + 1, arena.Int8, state, (filters * memory) - 1);
                Remember(model, arena, record, b, state, wide);
                Store(model, arena, record, state, output, wide);
                state += filters * memory;
                output += outputs;
            }
        }

        private static void Remember(Model model, Arena arena, int record, int batch, int state, bool wide)
        {
            int[] words = model.Words;
            sbyte[] x = PlainPort.Input;
            sbyte[] w = PlainPort.Constants;
            int inputs = words[record + Layout.Inputs];
            int filters = words[record + Layout.Filters];
            int memory = words[record + Layout.Memory];
            int biases = words[record + Layout.FeatureBiases];
            int stateZeroPoint = words[record + Layout.StateZeroPoint];
            int multiplier = words[record + Layout.FeatureMultiplier];
            int shift = words[record + Layout.FeatureShift];
            int min = wide ? short.MinValue : sbyte.MinValue;
            int max = wide ? short.MaxValue : sbyte.MaxValue;
            int j = words[record + Layout.FeatureWeights];
            for (int f = 0; f < filters; f++)
            {
                int acc = words[biases + f];
                for (int i = batch * inputs, end = i + inputs; i < end; i++, j++) acc += x[i] * w[j];
                int value = Gemmlowp.Requantize(acc, multiplier, shift);
                if (value < min) value = min;
                if (value > max) value = max;
                int newest = state + (f * memory) + memory - 1;
                if (wide) arena.Int16[newest] = (short)(value + stateZeroPoint);
                else arena.Int8[newest] = (sbyte)(value + stateZeroPoint);
            }
        }

        private static void Store(Model model, Arena arena, int record, int state, int output, bool wide)
        {
            int[] words = model.Words;
            sbyte[] w8 = PlainPort.Constants;
            short[] w16 = model.Halves;
            sbyte[] s8 = arena.Int8;
            short[] s16 = arena.Int16;
            int rank = words[record + Layout.Rank];
            int outputs = words[record + Layout.Filters] / rank;
            int taps = rank * words[record + Layout.Memory];
            int biases = words[record + Layout.Biases];
            int j = words[record + Layout.TimeWeights];
            int multiplier = words[record + Layout.TimeMultiplier];
            int shift = words[record + Layout.TimeShift];
            int zeroPoint = words[record + Layout.OutputZeroPoint];
            int min = words[record + Layout.ActivationMin];
            int max = words[record + Layout.ActivationMax];
            for (int o = 0; o < outputs; o++)
            {
                int acc = words[biases + o];
                int end = state + taps;
                if (wide)
                {
                    for (; state < end; state++, j++) acc += s16[state] * w16[j];
                }
                else
                {
                    for (; state < end; state++, j++) acc += s8[state] * w8[j];
                }

                int value = Gemmlowp.Requantize(acc, multiplier, shift) + zeroPoint;
                if (value < min) value = min;
                if (value > max) value = max;
                s8[output + o] = (sbyte)value;
            }
        }
    }
}
