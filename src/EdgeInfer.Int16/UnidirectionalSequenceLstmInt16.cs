namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Long short-term memory over a sequence of int16 vectors, with 8-bit weights, 64-bit biases and a 16-bit cell, without peepholes, projection and
    /// normalisation. A time step is that of UnidirectionalSequenceLstm but for its products: sums take 64 bits and are scaled once, by a multiplier of 15 bits.
    /// </summary>
    /// <remarks>
    /// Input [batches, steps, inputs] or, time-major, [steps, batches, inputs]; output likewise with the cells as last dimension;
    /// both states [batches, cells], kept from one inference to the next. A unit is a time step of a batch row. No tensor has a zero point.
    /// Gates have 12 fractional bits before their functions, after them 15; docs/numerics.md has the formulas.
    /// </remarks>
    public sealed class UnidirectionalSequenceLstmInt16 : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: the hidden state, int16.</summary>
        public const int HiddenState = Record.Fields + 1;

        /// <summary>Field: the cell state, int16.</summary>
        public const int CellState = Record.Fields + 2;

        /// <summary>Field: 64-bit scratch for the sums of all gates.</summary>
        public const int Sums = Record.Fields + 3;

        /// <summary>Field: 32-bit scratch for their values.</summary>
        public const int GateValues = Record.Fields + 4;

        /// <summary>Field: first input weight in the bytes section, [gates, cells, inputs], the gates as in <see cref="CellGate"/>.</summary>
        public const int InputWeights = Record.Fields + 5;

        /// <summary>Field: first recurrent weight in the bytes section, [gates, cells, cells].</summary>
        public const int RecurrentWeights = Record.Fields + 6;

        /// <summary>Field: table of biases in the words section, [gates, cells], two words each, the low one first.</summary>
        public const int Biases = Record.Fields + 7;

        /// <summary>Field: first entry of the sigmoid's table in the halves section, that of <see cref="InterpolateInt16"/>.</summary>
        public const int Sigmoid = Record.Fields + 8;

        /// <summary>Field: batch rows.</summary>
        public const int Batches = Record.Fields + 9;

        /// <summary>Field: time steps of an inference.</summary>
        public const int Steps = Record.Fields + 10;

        /// <summary>Field: inputs of a time step.</summary>
        public const int Inputs = Record.Fields + 11;

        /// <summary>Field: cells, and outputs of a time step.</summary>
        public const int Cells = Record.Fields + 12;

        /// <summary>Field: 1 where the first dimension is time, 0 where it is the batch.</summary>
        public const int TimeMajor = Record.Fields + 13;

        /// <summary>Field: smallest cell state, -32768 to 0.</summary>
        public const int CellMin = Record.Fields + 14;

        /// <summary>Field: largest cell state, 0 to 32767.</summary>
        public const int CellMax = Record.Fields + 15;

        /// <summary>Field: what the cell state is multiplied with before its tanh.</summary>
        public const int TanhMultiplier = Record.Fields + 16;

        /// <summary>Field: bits by which the product is shifted to the right, rounded, 0 to 15.</summary>
        public const int TanhShift = Record.Fields + 17;

        /// <summary>Field: multiplier and shift of forget gate * cell.</summary>
        public const int ForgetScale = Record.Fields + 18;

        /// <summary>Field: multiplier and shift of input gate * cell gate.</summary>
        public const int UpdateScale = Record.Fields + 20;

        /// <summary>Field: multiplier and shift of output gate * tanh(cell).</summary>
        public const int HiddenScale = Record.Fields + 22;

        /// <summary>Field: for each gate multiplier, of 15 bits, and shift of the input's product, then of the hidden state's.</summary>
        public const int GateScales = Record.Fields + 24;

        /// <summary>Length of the record.</summary>
        public const int Words = GateScales + (4 * Gates);

        /// <summary>Number of gates: input, forget, output and cell, in this order.</summary>
        public const int Gates = 4;

        /// <summary>Index of the cell gate; those before it are sigmoids.</summary>
        public const int CellGate = 3;

        private const int MaximumTanhMultiplier = 3 << 12;

        private const int Limit = 1 << 15;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "UnidirectionalSequenceLstmInt16"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int batches = verifier.Range(Batches, "batches", 1, Limit);
            int rows = verifier.Product(batches, verifier.Range(Steps, "steps", 1, Limit));
            int inputs = verifier.Range(Inputs, "inputs", 1, Limit);
            int cells = verifier.Range(Cells, "cells", 1, Limit);
            int timeMajor = verifier.Range(TimeMajor, "time major", 0, 1);
            verifier.Range(CellMin, "cell min", short.MinValue, 0);
            verifier.Range(CellMax, "cell max", 0, short.MaxValue);
            verifier.Range(TanhMultiplier, "tanh multiplier", 1, MaximumTanhMultiplier);
            verifier.Range(TanhShift, "tanh shift", 0, 15);
            for (int scale = ForgetScale; scale < GateScales; scale += 2) Channel.VerifyScale(verifier, scale, scale + 1);
            for (int scale = GateScales; scale < Words; scale += 2)
            {
                verifier.Range(scale, "multiplier", 0, short.MaxValue);
                verifier.Range(scale + 1, "shift", Channel.MinimumShift, Channel.MaximumShift);
            }

            verifier.Bytes(InputWeights, "input weights", verifier.Product(Gates * cells, inputs));
            verifier.Bytes(RecurrentWeights, "recurrent weights", verifier.Product(Gates * cells, cells));
            verifier.Table(Biases, "biases", 2 * Gates * cells);
            verifier.Halves(Sigmoid, "sigmoid", InterpolateInt16.TableLength);

            verifier.Read(Input, "input", TensorType.Int16, verifier.Product(rows, inputs));
            int states = verifier.Product(batches, cells);
            verifier.Update(HiddenState, "hidden state", TensorType.Int16, states);
            verifier.Update(CellState, "cell state", TensorType.Int16, states);
            verifier.Scratch(Sums, "sums", TensorType.Int64, Gates * cells);
            verifier.Scratch(GateValues, "gate values", TensorType.Int32, Gates * cells);
            int outputs = verifier.Product(rows, cells);

            // A unit's inputs are read before its outputs are written; in the input's order they reach nothing that is still to be read.
            bool ordered = timeMajor == 0 || batches == 1;
            if (cells <= inputs && ordered) verifier.WriteInPlace(TensorType.Int16, outputs, Input);
            else verifier.Write(TensorType.Int16, outputs);
            verifier.Units(rows, (long)rows * Gates * cells * (inputs + cells));
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            short[] x = arena.Int16;
            long[] sums = arena.Int64;
            int inputs = words[record + Inputs];
            int cells = words[record + Cells];
            int rows = Gates * cells;
            int steps = words[record + Steps];
            int batch = unit / steps;
            int row = words[record + TimeMajor] != 0 ? ((unit - (batch * steps)) * words[record + Batches]) + batch : unit;
            int input = words[words[record + Input] + BlobFormat.TensorOffset] + (row * inputs);
            int hidden = words[words[record + HiddenState] + BlobFormat.TensorOffset] + (batch * cells);
            int cell = words[words[record + CellState] + BlobFormat.TensorOffset] + (batch * cells);
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (row * cells);
            int sum = words[words[record + Sums] + BlobFormat.TensorOffset];
            int gates = words[words[record + GateValues] + BlobFormat.TensorOffset];
            int bias = words[record + Biases];
            for (int s = sum; s < sum + rows; s++, bias += 2) sums[s] = (uint)words[bias] | ((long)words[bias + 1] << 32);
            MatrixVectorInt16.Multiply(model.Bytes, x, input, model.BytesStart + words[record + InputWeights], inputs, sums, sum, rows);
            for (int gate = 0; gate < Gates; gate++) LstmCellInt16.Scale(arena, words, record + GateScales + (4 * gate), sum + (gate * cells), gates + (gate * cells), cells);
            MatrixVectorInt16.Multiply(model.Bytes, x, hidden, model.BytesStart + words[record + RecurrentWeights], cells, sums, sum, rows);
            for (int gate = 0; gate < Gates; gate++) LstmCellInt16.Activate(model, arena, record, gate, sum + (gate * cells), gates + (gate * cells), cells);
            LstmCellInt16.Update(model, arena, record, gates, cell, hidden, cells);
            System.Array.Copy(x, hidden, x, output, cells);
        }
    }
}
