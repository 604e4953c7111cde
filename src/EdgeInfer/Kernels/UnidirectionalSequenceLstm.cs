using System;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Long short-term memory over a sequence, int8 with a 16-bit cell, without peepholes, projection and normalisation. A time step:
    /// gate[g] = f(requantize(input . input weights[g] + bias[g]) + requantize(hidden . recurrent weights[g])), f = sigmoid for the input,
    /// forget and output gates, tanh for the cell gate; cell = clip(forget * cell + input gate * cell gate); hidden = output gate * tanh(cell).
    /// </summary>
    /// <remarks>
    /// Input [batches, steps, inputs] or, time-major, [steps, batches, inputs]; output likewise with the cells as last dimension;
    /// both states [batches, cells], kept from one inference to the next. A unit is a time step of one batch row, in the input's order.
    /// Gates saturate to 16 bits after each requantization and after their sum. Before the functions they have 12 fractional bits,
    /// after them 15. The formulas are those of tflite-micro (micro/kernels/lstm_eval.h) with sigmoid and tanh of
    /// kernels/internal/reference/integer_ops: both interpolate one table of the sigmoid.
    /// </remarks>
    public sealed class UnidirectionalSequenceLstm : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: the hidden state, int8.</summary>
        public const int HiddenState = Record.Fields + 1;

        /// <summary>Field: the cell state, int16.</summary>
        public const int CellState = Record.Fields + 2;

        /// <summary>Field: 32-bit scratch, <see cref="Gates"/> * 2 numbers a cell.</summary>
        public const int Sums = Record.Fields + 3;

        /// <summary>Field: first input weight in the bytes section, [gates, cells, inputs], the gates as in <see cref="CellGate"/>.</summary>
        public const int InputWeights = Record.Fields + 4;

        /// <summary>Field: first recurrent weight in the bytes section, [gates, cells, cells].</summary>
        public const int RecurrentWeights = Record.Fields + 5;

        /// <summary>Field: table of biases in the words section, [gates, cells].</summary>
        public const int Biases = Record.Fields + 6;

        /// <summary>Field: first entry of the sigmoid's table in the halves section, <see cref="TableLength"/> entries.</summary>
        public const int Sigmoid = Record.Fields + 7;

        /// <summary>Field: batch rows.</summary>
        public const int Batches = Record.Fields + 8;

        /// <summary>Field: time steps of an inference.</summary>
        public const int Steps = Record.Fields + 9;

        /// <summary>Field: inputs of a time step.</summary>
        public const int Inputs = Record.Fields + 10;

        /// <summary>Field: cells, and outputs of a time step.</summary>
        public const int Cells = Record.Fields + 11;

        /// <summary>Field: 1 where the first dimension is time, 0 where it is the batch.</summary>
        public const int TimeMajor = Record.Fields + 12;

        /// <summary>Field: input zero point.</summary>
        public const int InputZeroPoint = Record.Fields + 13;

        /// <summary>Field: zero point of hidden state and output.</summary>
        public const int HiddenZeroPoint = Record.Fields + 14;

        /// <summary>Field: smallest cell state, -32768 to 0.</summary>
        public const int CellMin = Record.Fields + 15;

        /// <summary>Field: largest cell state, 0 to 32767.</summary>
        public const int CellMax = Record.Fields + 16;

        /// <summary>Field: what the cell state is multiplied with before its tanh.</summary>
        public const int TanhMultiplier = Record.Fields + 17;

        /// <summary>Field: bits by which the product is shifted to the right, rounded, 0 to 15.</summary>
        public const int TanhShift = Record.Fields + 18;

        /// <summary>Field: multiplier and shift of forget gate * cell.</summary>
        public const int ForgetScale = Record.Fields + 19;

        /// <summary>Field: multiplier and shift of input gate * cell gate.</summary>
        public const int UpdateScale = Record.Fields + 21;

        /// <summary>Field: multiplier and shift of output gate * tanh(cell).</summary>
        public const int HiddenScale = Record.Fields + 23;

        /// <summary>Field: for each gate multiplier and shift of the input's product, then of the hidden state's.</summary>
        public const int GateScales = Record.Fields + 25;

        /// <summary>Length of the record.</summary>
        public const int Words = GateScales + (4 * Gates);

        /// <summary>Number of gates: input, forget, output and cell, in this order.</summary>
        public const int Gates = 4;

        /// <summary>Index of the cell gate; those before it are sigmoids.</summary>
        public const int CellGate = 3;

        /// <summary>Entries of the sigmoid's table: entry i is 65536 * sigmoid(i / 24) - 32768.</summary>
        public const int TableLength = 256;

        /// <summary>Largest multiplier before the tanh: 3 * 2^12, with which a 16-bit number stays within 32 bits.</summary>
        public const int MaximumTanhMultiplier = 3 << 12;

        /// <summary>Gates have 12 fractional bits; times 3 they count the table's steps of 1/24 (sigmoid: in 512, tanh of half: in 256).</summary>
        private const int GateFactor = 3;

        private const int Limit = 1 << 15;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "UnidirectionalSequenceLstm"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int batches = verifier.Range(Batches, "batches", 1, Limit);
            int rows = verifier.Product(batches, verifier.Range(Steps, "steps", 1, Limit));
            int inputs = verifier.Range(Inputs, "inputs", 1, Limit);
            int cells = verifier.Range(Cells, "cells", 1, Limit);
            verifier.Range(TimeMajor, "time major", 0, 1);
            verifier.Range(InputZeroPoint, "input zero point", sbyte.MinValue, sbyte.MaxValue);
            verifier.Range(HiddenZeroPoint, "hidden zero point", sbyte.MinValue, sbyte.MaxValue);
            verifier.Range(CellMin, "cell min", short.MinValue, 0);
            verifier.Range(CellMax, "cell max", 0, short.MaxValue);
            verifier.Range(TanhMultiplier, "tanh multiplier", 1, MaximumTanhMultiplier);
            verifier.Range(TanhShift, "tanh shift", 0, 15);
            for (int scale = ForgetScale; scale < Words; scale += 2) Channel.VerifyScale(verifier, scale, scale + 1);
            verifier.Bytes(InputWeights, "input weights", verifier.Product(Gates * cells, inputs));
            verifier.Bytes(RecurrentWeights, "recurrent weights", verifier.Product(Gates * cells, cells));
            verifier.Table(Biases, "biases", Gates * cells);
            verifier.Halves(Sigmoid, "sigmoid", TableLength);

            verifier.Read(Input, "input", TensorType.Int8, verifier.Product(rows, inputs));
            int states = verifier.Product(batches, cells);
            verifier.Update(HiddenState, "hidden state", TensorType.Int8, states);
            verifier.Update(CellState, "cell state", TensorType.Int16, states);
            verifier.Scratch(Sums, "sums", TensorType.Int32, 2 * Gates * cells);
            int outputs = verifier.Product(rows, cells);
            if (cells <= inputs) verifier.WriteInPlace(TensorType.Int8, outputs, Input);
            else verifier.Write(TensorType.Int8, outputs);
            verifier.Units(rows, (long)rows * Gates * cells * (inputs + cells));
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int inputs = words[record + Inputs];
            int cells = words[record + Cells];
            int rows = Gates * cells;
            int batch = words[record + TimeMajor] != 0 ? unit % words[record + Batches] : unit / words[record + Steps];
            int input = words[words[record + Input] + BlobFormat.TensorOffset] + (unit * inputs);
            int hidden = words[words[record + HiddenState] + BlobFormat.TensorOffset] + (batch * cells);
            int cell = words[words[record + CellState] + BlobFormat.TensorOffset] + (batch * cells);
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * cells);
            int sum = words[words[record + Sums] + BlobFormat.TensorOffset];
            int weights = model.BytesStart + words[record + InputWeights];
            int recurrent = model.BytesStart + words[record + RecurrentWeights];
            Array.Copy(words, words[record + Biases], arena.Int32, sum, rows);
            Array.Clear(arena.Int32, sum + rows, rows);
            MatrixVector.Multiply(model.Bytes, x, input, weights, inputs, words[record + InputZeroPoint], 128, arena.Int32, sum, rows);
            MatrixVector.Multiply(model.Bytes, x, hidden, recurrent, cells, words[record + HiddenZeroPoint], 128, arena.Int32, sum + rows, rows);
            for (int gate = 0; gate < Gates; gate++) Activate(model, arena, record, gate, sum + (gate * cells), cells);
            Update(model, arena, record, sum, cell, hidden, cells);
            Array.Copy(x, hidden, x, output, cells);
        }

        /// <summary>Turns the two products of a gate into its value, in place of the first.</summary>
        private static void Activate(Model model, Arena arena, int record, int gate, int sum, int cells)
        {
            int[] words = model.Words;
            short[] halves = model.Halves;
            int[] sums = arena.Int32;
            int table = words[record + Sigmoid];
            int recurrent = Gates * cells;
            int scale = record + GateScales + (4 * gate);
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
            for (int end = sum + cells; sum < end; sum++)
            {
                long scaled = (sums[sum] * multiplier1) + rounding1;
                if (scaled < threshold1) scaled -= negativeStep1;
                int value = (int)(scaled >> shift1);
                if (value < short.MinValue) value = short.MinValue;
                if (value > short.MaxValue) value = short.MaxValue;

                scaled = (sums[sum + recurrent] * multiplier2) + rounding2;
                if (scaled < threshold2) scaled -= negativeStep2;
                int value2 = (int)(scaled >> shift2);
                if (value2 < short.MinValue) value2 = short.MinValue;
                if (value2 > short.MaxValue) value2 = short.MaxValue;

                value += value2;
                if (value < short.MinValue) value = short.MinValue;
                if (value > short.MaxValue) value = short.MaxValue;
                value *= GateFactor;
                int magnitude = value < 0 ? -value : value;
                if (gate == CellGate)
                {
                    int p = magnitude >> 8;
                    int height = short.MaxValue << 8;
                    if (p < TableLength - 1)
                    {
                        p += table;
                        int low = halves[p];
                        height = (low << 8) + ((magnitude & 255) * (halves[p + 1] - low));
                    }

                    sums[sum] = value < 0 ? (127 - height) >> 8 : (height + 128) >> 8;
                }
                else
                {
                    // Three times a 16-bit number reaches entry 192 only.
                    int p = (magnitude >> 9) + table;
                    int low = halves[p];
                    int height = (low << 9) + ((magnitude & 511) * (halves[p + 1] - low));
                    sums[sum] = value < 0 ? ((1 << 24) - height + 511) >> 10 : ((1 << 24) + height + 512) >> 10;
                }
            }
        }

        private static void Update(Model model, Arena arena, int record, int sum, int cell, int hidden, int cells)
        {
            int[] words = model.Words;
            short[] halves = model.Halves;
            int[] gates = arena.Int32;
            short[] c = arena.Int16;
            sbyte[] h = arena.Int8;
            int table = words[record + Sigmoid];
            long forgetMultiplier = words[record + ForgetScale];
            int forgetShift = words[record + ForgetScale + 1];
            long updateMultiplier = words[record + UpdateScale];
            int updateShift = words[record + UpdateScale + 1];
            long hiddenMultiplier = words[record + HiddenScale];
            int hiddenShift = words[record + HiddenScale + 1];
            int tanhMultiplier = words[record + TanhMultiplier];
            int tanhShift = words[record + TanhShift];
            int tanhRound = (1 << tanhShift) >> 1;
            int min = words[record + CellMin];
            int max = words[record + CellMax];
            int zeroPoint = words[record + HiddenZeroPoint];
            for (int end = sum + cells; sum < end; sum++, cell++, hidden++)
            {
                int kept = Scale(gates[sum + cells] * c[cell], forgetMultiplier, forgetShift);
                if (kept < short.MinValue) kept = short.MinValue;
                if (kept > short.MaxValue) kept = short.MaxValue;
                int added = Scale(gates[sum] * gates[sum + (CellGate * cells)], updateMultiplier, updateShift);
                if (added < short.MinValue) added = short.MinValue;
                if (added > short.MaxValue) added = short.MaxValue;
                int value = kept + added;
                if (value < min) value = min;
                if (value > max) value = max;
                c[cell] = (short)value;

                value = ((value * tanhMultiplier) + tanhRound) >> tanhShift;
                int magnitude = value < 0 ? -value : value;
                int p = magnitude >> 8;
                int height = short.MaxValue << 8;
                if (p < TableLength - 1)
                {
                    p += table;
                    int low = halves[p];
                    height = (low << 8) + ((magnitude & 255) * (halves[p + 1] - low));
                }

                value = value < 0 ? (127 - height) >> 8 : (height + 128) >> 8;
                value = Scale(value * gates[sum + (2 * cells)], hiddenMultiplier, hiddenShift) + zeroPoint;
                if (value < sbyte.MinValue) value = sbyte.MinValue;
                if (value > sbyte.MaxValue) value = sbyte.MaxValue;
                h[hidden] = (sbyte)value;
            }
        }

        /// <summary>The requantization of <see cref="Channel"/>; three different ones a cell, which is little beside the products.</summary>
        private static int Scale(int value, long multiplier, int shift)
        {
            long scaled = value * multiplier;
            if (shift > 31)
            {
                scaled += Channel.HalfUnit;
                if (scaled < 0) scaled -= Channel.Unit;
            }

            return (int)((scaled + (1L << (shift - 1))) >> shift);
        }
    }
}
