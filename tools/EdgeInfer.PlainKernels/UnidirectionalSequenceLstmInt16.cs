using Layout = EdgeInfer.Kernels.UnidirectionalSequenceLstmInt16;
using Table = EdgeInfer.Kernels.InterpolateInt16;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Long short-term memory over 16-bit vectors, one gate of one cell after the other.</summary>
    public sealed class UnidirectionalSequenceLstmInt16 : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            short[] y = arena.Int16;
            int batches = words[record + Layout.Batches];
            int steps = words[record + Layout.Steps];
            int inputs = words[record + Layout.Inputs];
            int cells = words[record + Layout.Cells];
            bool timeMajor = words[record + Layout.TimeMajor] != 0;
            int input = words[words[record + Layout.Input] + BlobFormat.TensorOffset];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int hidden = words[words[record + Layout.HiddenState] + BlobFormat.TensorOffset];
            int cell = words[words[record + Layout.CellState] + BlobFormat.TensorOffset];
            int gates = words[words[record + Layout.GateValues] + BlobFormat.TensorOffset];
            for (int row = 0; row < batches * steps; row++)
            {
                int batch = timeMajor ? row % batches : row / steps;
                for (int gate = 0; gate < Layout.Gates; gate++) Gate(model, arena, record, gate, input + (row * inputs), hidden + (batch * cells), gates + (gate * cells));
                Update(model, arena, record, gates, cell + (batch * cells), hidden + (batch * cells));
                for (int i = 0; i < cells; i++) y[output + (row * cells) + i] = y[hidden + (batch * cells) + i];
            }
        }

        private static void Gate(Model model, Arena arena, int record, int gate, int input, int hidden, int target)
        {
            int[] words = model.Words;
            sbyte[] w = PlainPort.Constants;
            short[] x = arena.Int16;
            int inputs = words[record + Layout.Inputs];
            int cells = words[record + Layout.Cells];
            int biases = words[record + Layout.Biases] + (2 * gate * cells);
            int scale = record + Layout.GateScales + (4 * gate);
            int j = words[record + Layout.InputWeights] + (gate * cells * inputs);
            int k = words[record + Layout.RecurrentWeights] + (gate * cells * cells);
            for (int c = 0; c < cells; c++)
            {
                long acc = (uint)words[biases + (2 * c)] | ((long)words[biases + (2 * c) + 1] << 32);
                for (int i = 0; i < inputs; i++, j++) acc += x[input + i] * w[j];
                long recurrent = 0;
                for (int i = 0; i < cells; i++, k++) recurrent += x[hidden + i] * w[k];
                int value = Saturate(Scaled(acc, words[scale], words[scale + 1]) + Scaled(recurrent, words[scale + 2], words[scale + 3])) * 3;
                arena.Int32[target + c] = gate == Layout.CellGate ? Tanh(model, record, value) : Sigmoid(model, record, value);
            }
        }

        private static void Update(Model model, Arena arena, int record, int gates, int cell, int hidden)
        {
            int[] words = model.Words;
            int[] g = arena.Int32;
            short[] x = arena.Int16;
            int cells = words[record + Layout.Cells];
            int min = words[record + Layout.CellMin];
            int max = words[record + Layout.CellMax];
            int tanhShift = words[record + Layout.TanhShift];
            for (int i = 0; i < cells; i++)
            {
                int kept = Requantized(words, record + Layout.ForgetScale, g[gates + cells + i] * x[cell + i]);
                int value = kept + Requantized(words, record + Layout.UpdateScale, g[gates + i] * g[gates + (Layout.CellGate * cells) + i]);
                if (value < min) value = min;
                if (value > max) value = max;
                x[cell + i] = (short)value;

                value = ((value * words[record + Layout.TanhMultiplier]) + ((1 << tanhShift) >> 1)) >> tanhShift;
                x[hidden + i] = (short)Requantized(words, record + Layout.HiddenScale, Tanh(model, record, value) * g[gates + (2 * cells) + i]);
            }
        }

        private static int Requantized(int[] words, int scale, int value)
        {
            return Saturate(Gemmlowp.Requantize(value, words[scale], words[scale + 1]));
        }

        private static int Scaled(long sum, int multiplier, int shift)
        {
            return Saturate(((sum * multiplier) + (1L << (shift - 1))) >> shift);
        }

        private static int Saturate(long value)
        {
            if (value < short.MinValue) return short.MinValue;
            return value > short.MaxValue ? short.MaxValue : (int)value;
        }

        /// <summary>The table's entries are 512 steps apart; the result has 15 fractional bits.</summary>
        private static int Sigmoid(Model model, int record, int value)
        {
            int magnitude = value < 0 ? -value : value;
            int entry = model.Words[record + Layout.Sigmoid] + Table.TableReach + (magnitude >> 9);
            int low = model.Halves[entry];
            int height = (low << 9) + ((magnitude & 511) * (model.Halves[entry + 1] - low));
            return value < 0 ? ((1 << 24) - height + 511) >> 10 : ((1 << 24) + height + 512) >> 10;
        }

        /// <summary>tanh(x) = 2 * sigmoid(2 * x) - 1: the same table, its entries 256 steps apart; beyond it the limit.</summary>
        private static int Tanh(Model model, int record, int value)
        {
            int magnitude = value < 0 ? -value : value;
            if (magnitude > (Table.TableReach - 1) << 8) magnitude = (Table.TableReach - 1) << 8;
            int entry = model.Words[record + Layout.Sigmoid] + Table.TableReach + (magnitude >> 8);
            int low = model.Halves[entry];
            int height = (low << 8) + ((magnitude & 255) * (model.Halves[entry + 1] - low));
            return value < 0 ? (127 - height) >> 8 : (height + 128) >> 8;
        }
    }
}
