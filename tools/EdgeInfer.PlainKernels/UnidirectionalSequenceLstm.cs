using Layout = EdgeInfer.Kernels.UnidirectionalSequenceLstm;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Long short-term memory, one gate of one cell after the other.</summary>
    public sealed class UnidirectionalSequenceLstm : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            sbyte[] y = arena.Int8;
            int batches = words[record + Layout.Batches];
            int steps = words[record + Layout.Steps];
            int inputs = words[record + Layout.Inputs];
            int cells = words[record + Layout.Cells];
            bool timeMajor = words[record + Layout.TimeMajor] != 0;
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int hidden = words[words[record + Layout.HiddenState] + BlobFormat.TensorOffset];
            int cell = words[words[record + Layout.CellState] + BlobFormat.TensorOffset];
            int gates = words[words[record + Layout.Sums] + BlobFormat.TensorOffset];
            PlainPort.Copy(model, arena, words[record + Layout.Input]);
            for (int row = 0; row < batches * steps; row++)
            {
                int batch = timeMajor ? row % batches : row / steps;
                for (int gate = 0; gate < Layout.Gates; gate++) Gate(model, arena, record, gate, row * inputs, hidden + (batch * cells), gates + (gate * cells));
                Update(model, arena, record, gates, cell + (batch * cells), hidden + (batch * cells));
                for (int i = 0; i < cells; i++) y[output + (row * cells) + i] = y[hidden + (batch * cells) + i];
            }
        }

        private static void Gate(Model model, Arena arena, int record, int gate, int input, int hidden, int target)
        {
            int[] words = model.Words;
            sbyte[] w = PlainPort.Constants;
            sbyte[] x = PlainPort.Input;
            sbyte[] h = arena.Int8;
            int[] gates = arena.Int32;
            int inputs = words[record + Layout.Inputs];
            int cells = words[record + Layout.Cells];
            int biases = words[record + Layout.Biases] + (gate * cells);
            int recurrentBiases = words[record + Layout.RecurrentBiases] + (gate * cells);
            int scale = record + Layout.GateScales + (4 * gate);
            int j = words[record + Layout.InputWeights] + (gate * cells * inputs);
            int k = words[record + Layout.RecurrentWeights] + (gate * cells * cells);
            for (int c = 0; c < cells; c++)
            {
                int acc = words[biases + c];
                for (int i = 0; i < inputs; i++, j++) acc += x[input + i] * w[j];
                int recurrent = words[recurrentBiases + c];
                for (int i = 0; i < cells; i++, k++) recurrent += h[hidden + i] * w[k];
                int value = Saturate(Gemmlowp.Requantize(acc, words[scale], words[scale + 1]))
                    + Saturate(Gemmlowp.Requantize(recurrent, words[scale + 2], words[scale + 3]));
                value = Saturate(value) * 3;
                gates[target + c] = gate == Layout.CellGate ? Tanh(model, record, value) : Sigmoid(model, record, value);
            }
        }

        private static void Update(Model model, Arena arena, int record, int gates, int cell, int hidden)
        {
            int[] words = model.Words;
            int[] g = arena.Int32;
            short[] c = arena.Int16;
            int cells = words[record + Layout.Cells];
            int min = words[record + Layout.CellMin];
            int max = words[record + Layout.CellMax];
            int tanhShift = words[record + Layout.TanhShift];
            for (int i = 0; i < cells; i++)
            {
                int kept = Saturate(Gemmlowp.Requantize(g[gates + cells + i] * c[cell + i], words[record + Layout.ForgetScale], words[record + Layout.ForgetScale + 1]));
                int added = Saturate(Gemmlowp.Requantize(
                    g[gates + i] * g[gates + (Layout.CellGate * cells) + i], words[record + Layout.UpdateScale], words[record + Layout.UpdateScale + 1]));
                int value = kept + added;
                if (value < min) value = min;
                if (value > max) value = max;
                c[cell + i] = (short)value;

                value = ((value * words[record + Layout.TanhMultiplier]) + ((1 << tanhShift) >> 1)) >> tanhShift;
                value = Tanh(model, record, value) * g[gates + (2 * cells) + i];
                value = Gemmlowp.Requantize(value, words[record + Layout.HiddenScale], words[record + Layout.HiddenScale + 1]) + words[record + Layout.HiddenZeroPoint];
                if (value < sbyte.MinValue) value = sbyte.MinValue;
                if (value > sbyte.MaxValue) value = sbyte.MaxValue;
                arena.Int8[hidden + i] = (sbyte)value;
            }
        }

        private static int Saturate(int value)
        {
            if (value < short.MinValue) return short.MinValue;
            return value > short.MaxValue ? short.MaxValue : value;
        }

        /// <summary>The table's entries are 512 steps apart; the result has 15 fractional bits.</summary>
        private static int Sigmoid(Model model, int record, int value)
        {
            int magnitude = value < 0 ? -value : value;
            int entry = model.Words[record + Layout.Sigmoid] + Layout.TableReach + (magnitude >> 9);
            int low = model.Halves[entry];
            int height = (low << 9) + ((magnitude & 511) * (model.Halves[entry + 1] - low));
            return value < 0 ? ((1 << 24) - height + 511) >> 10 : ((1 << 24) + height + 512) >> 10;
        }

        /// <summary>tanh(x) = 2 * sigmoid(2 * x) - 1: the same table, its entries 256 steps apart.</summary>
        private static int Tanh(Model model, int record, int value)
        {
            int magnitude = value < 0 ? -value : value;
            int entry = model.Words[record + Layout.Sigmoid] + Layout.TableReach + (magnitude >> 8);
            int low = model.Halves[entry];
            int height = (low << 8) + ((magnitude & 255) * (model.Halves[entry + 1] - low));
            return value < 0 ? (127 - height) >> 8 : (height + 128) >> 8;
        }
    }
}
