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
    /// both states [batches, cells], kept from one inference to the next. A unit is a block of <see cref="Block"/> time steps of one batch row, or what is left of them.
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

        /// <summary>Field: 32-bit scratch, for every cell <see cref="Gates"/> numbers a time step of a unit and as many more.</summary>
        public const int Sums = Record.Fields + 3;

        /// <summary>Field: first input weight in the bytes section, [gates, cells, inputs], the gates as in <see cref="CellGate"/>.</summary>
        public const int InputWeights = Record.Fields + 4;

        /// <summary>Field: first recurrent weight in the bytes section, [gates, cells, cells].</summary>
        public const int RecurrentWeights = Record.Fields + 5;

        /// <summary>Field: table of biases in the words section, [gates, cells], less input zero point * sum of the input weights.</summary>
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

        /// <summary>Field: time steps of a unit, 1 or 3.</summary>
        public const int Block = Record.Fields + 13;

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

        /// <summary>Field: table of -hidden zero point * sum of the recurrent weights in the words section, [gates, cells].</summary>
        public const int RecurrentBiases = GateScales + (4 * Gates);

        /// <summary>Field: the input weights as <see cref="PackWeights"/> lays them out, tiles; or <see cref="Record.None"/>.</summary>
        public const int PackedInput = RecurrentBiases + 1;

        /// <summary>Field: the recurrent weights likewise.</summary>
        public const int PackedRecurrent = RecurrentBiases + 2;

        /// <summary>Length of the record.</summary>
        public const int Words = RecurrentBiases + 3;

        /// <summary>Time steps whose input products are made by the same multiplications.</summary>
        public const int FullBlock = MatrixVectors.Count;

        /// <summary>Number of gates: input, forget, output and cell, in this order.</summary>
        public const int Gates = 4;

        /// <summary>Index of the cell gate; those before it are sigmoids.</summary>
        public const int CellGate = 3;

        /// <summary>Entries of the sigmoid's table: entry <see cref="TableReach"/> + i is 65536 * sigmoid(i / 24) - 32768.</summary>
        public const int TableLength = (2 * TableReach) + 1;

        /// <summary>Entries on either side of 0: three times a 16-bit number, in steps of 256.</summary>
        public const int TableReach = 3 << 7;

        /// <summary>Largest multiplier before the tanh: 3 * 2^12, with which a 16-bit number stays within 32 bits.</summary>
        public const int MaximumTanhMultiplier = 3 << 12;

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
            int steps = verifier.Range(Steps, "steps", 1, Limit);
            int rows = verifier.Product(batches, steps);
            int inputs = verifier.Range(Inputs, "inputs", 1, Limit);
            int cells = verifier.Range(Cells, "cells", 1, Limit);
            int timeMajor = verifier.Range(TimeMajor, "time major", 0, 1);
            int block = verifier.Range(Block, "block", 1, FullBlock);
            if (block != 1 && block != FullBlock) verifier.Fail("block", Block, "a block has one step or three");
            verifier.Range(HiddenZeroPoint, "hidden zero point", sbyte.MinValue, sbyte.MaxValue);
            verifier.Range(CellMin, "cell min", short.MinValue, 0);
            verifier.Range(CellMax, "cell max", 0, short.MaxValue);
            verifier.Range(TanhMultiplier, "tanh multiplier", 1, MaximumTanhMultiplier);
            verifier.Range(TanhShift, "tanh shift", 0, 15);
            for (int scale = ForgetScale; scale < RecurrentBiases; scale += 2) Channel.VerifyScale(verifier, scale, scale + 1);
            Matrix.Verify(verifier, InputWeights, PackedInput, "input weights", Gates * cells, inputs);
            Matrix.Verify(verifier, RecurrentWeights, PackedRecurrent, "recurrent weights", Gates * cells, cells);
            verifier.Table(Biases, "biases", Gates * cells);
            verifier.Table(RecurrentBiases, "recurrent biases", Gates * cells);
            verifier.Halves(Sigmoid, "sigmoid", TableLength);

            verifier.Read(Input, "input", TensorType.Int8, verifier.Product(rows, inputs));
            int states = verifier.Product(batches, cells);
            verifier.Update(HiddenState, "hidden state", TensorType.Int8, states);
            verifier.Update(CellState, "cell state", TensorType.Int16, states);
            verifier.Scratch(Sums, "sums", TensorType.Int32, SumsOf(Gates * cells, block));
            int outputs = verifier.Product(rows, cells);

            // A unit's inputs are read before its outputs are written; in the input's order they reach nothing that is still to be read.
            bool ordered = timeMajor == 0 || batches == 1;
            if (cells <= inputs && ordered) verifier.WriteInPlace(TensorType.Int8, outputs, Input);
            else verifier.Write(TensorType.Int8, outputs);
            verifier.Units(verifier.Product(batches, (steps + block - 1) / block), (long)rows * Gates * cells * (inputs + cells));
        }

        /// <summary>Scratch of a block: sums of the input's products a step, and of the hidden state's.</summary>
        /// <param name="rows">Rows of the matrices.</param>
        /// <param name="block">Time steps of a unit.</param>
        public static int SumsOf(int rows, int block)
        {
            return PackWeights.SumsOf(rows) * (block + 1);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int[] sums = arena.Int32;
            int inputs = words[record + Inputs];
            int cells = words[record + Cells];
            int rows = Gates * cells;
            int block = words[record + Block];
            int steps = words[record + Steps];
            int blocks = (steps + block - 1) / block;
            int batch = unit / blocks;
            int step = (unit - (batch * blocks)) * block;
            int count = steps - step;
            if (count > block) count = block;
            bool timeMajor = words[record + TimeMajor] != 0;
            int pitch = timeMajor ? words[record + Batches] : 1;
            int row = timeMajor ? (step * pitch) + batch : (batch * steps) + step;
            int input = words[words[record + Input] + BlobFormat.TensorOffset] + (row * inputs);
            int hidden = words[words[record + HiddenState] + BlobFormat.TensorOffset] + (batch * cells);
            int cell = words[words[record + CellState] + BlobFormat.TensorOffset] + (batch * cells);
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (row * cells);
            int biases = words[record + Biases];
            int weights = model.BytesStart + words[record + InputWeights];
            int recurrentBiases = words[record + RecurrentBiases];
            int recurrentSum = words[words[record + Sums] + BlobFormat.TensorOffset];
            int each = PackWeights.SumsOf(rows);
            int sum = recurrentSum + each;
            for (int s = 0; s < count; s++) Array.Copy(words, biases, sums, sum + (s * each), rows);
            if (count == FullBlock)
            {
                MatrixVectors.Multiply(model.Bytes, x, input, pitch * inputs, weights, inputs, sums, sum, rows, each);
            }
            else
            {
                for (int s = 0; s < count; s++)
                {
                    Matrix.Multiply(model, arena, record + InputWeights, record + PackedInput, 0, input + (s * pitch * inputs), inputs, 0, sum + (s * each), rows);
                }
            }

            for (int s = 0; s < count; s++, sum += each, output += pitch * cells)
            {
                Array.Copy(words, recurrentBiases, sums, recurrentSum, rows);
                Matrix.Multiply(model, arena, record + RecurrentWeights, record + PackedRecurrent, 0, hidden, cells, 0, recurrentSum, rows);
                for (int gate = 0; gate < Gates; gate++) LstmCell.Activate(model, arena, record, gate, sum + (gate * cells), recurrentSum + (gate * cells), cells);
                LstmCell.Update(model, arena, record, sum, cell, hidden, cells);
                Array.Copy(x, hidden, x, output, cells);
            }
        }
    }
}
