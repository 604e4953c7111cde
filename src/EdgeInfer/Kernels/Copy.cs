using System;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Moves a box of up to five dimensions from one tensor to another, each with strides of its own. Transposition, padding,
    /// concatenation, splitting and slicing are all this, with geometry that the host has worked out.
    /// </summary>
    /// <remarks>
    /// For every index (a, b, c, d): <see cref="RunLength"/> elements from source start + a * source stride 0 + ... to
    /// target start + a * target stride 0 + ...; within a run the source advances by <see cref="RunStep"/>, the target by one.
    /// A unit is one index of the slowest dimension. Strides may be negative or zero; the verifier holds the extremes against the tensors.
    /// Within one tensor a single run may move towards its beginning, also onto itself; elements may be repeated behind all that are read.
    /// </remarks>
    public sealed class Copy : Kernel
    {
        /// <summary>Field: the source tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: element of the source at which the box begins.</summary>
        public const int InputStart = Record.Fields + 1;

        /// <summary>Field: element of the target at which the box begins.</summary>
        public const int OutputStart = Record.Fields + 2;

        /// <summary>Field: elements of a run, the innermost dimension.</summary>
        public const int RunLength = Record.Fields + 3;

        /// <summary>Field: source elements from one element of a run to the next.</summary>
        public const int RunStep = Record.Fields + 4;

        /// <summary>Field: lengths of the four outer dimensions, the slowest first.</summary>
        public const int Lengths = Record.Fields + 5;

        /// <summary>Field: source strides of the four outer dimensions.</summary>
        public const int InputStrides = Lengths + Dimensions;

        /// <summary>Field: target strides of the four outer dimensions.</summary>
        public const int OutputStrides = InputStrides + Dimensions;

        /// <summary>Length of the record.</summary>
        public const int Words = OutputStrides + Dimensions;

        /// <summary>Number of outer dimensions.</summary>
        public const int Dimensions = 4;

        private const int Limit = 1 << 24;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Copy"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            TensorType type = verifier.DataTypeOf(Record.Output, "output");
            int inputEnd = Extent(verifier, InputStart, "input start", InputStrides, verifier.Range(RunStep, "run step", -Limit, Limit));
            int outputEnd = Extent(verifier, OutputStart, "output start", OutputStrides, 1);

            // A box of more elements than its target holds writes some twice, and could keep a device busy for minutes.
            int moved = verifier.Word(RunLength);
            for (int d = 0; d < Dimensions; d++) moved = verifier.Product(moved, verifier.Word(Lengths + d));
            if (moved > outputEnd) verifier.Fail("run", RunLength, "the box has " + moved.ToString() + " elements, more than it writes to");
            verifier.Read(Input, "input", type, inputEnd);
            int first = IsDense(verifier) ? verifier.Word(OutputStart) : Record.None;
            bool oneRun = moved == verifier.Word(RunLength) && verifier.Word(RunStep) == 1;
            bool within = oneRun && first <= verifier.Word(InputStart);
            verifier.WritePart(type, outputEnd, first, moved, within || first >= inputEnd ? Input : Record.None);
            verifier.Units(verifier.Word(Lengths), moved);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int inputEntry = words[record + Input];
            int outputEntry = words[record + Record.Output];
            Array array = ArrayOf(arena, BlobFormat.TypeOf(words, outputEntry));
            int input = words[inputEntry + BlobFormat.TensorOffset] + words[record + InputStart] + (unit * words[record + InputStrides]);
            int output = words[outputEntry + BlobFormat.TensorOffset] + words[record + OutputStart] + (unit * words[record + OutputStrides]);
            int run = words[record + RunLength];
            int step = words[record + RunStep];
            int length1 = words[record + Lengths + 1];
            int length2 = words[record + Lengths + 2];
            int length3 = words[record + Lengths + 3];
            int inputStride2 = words[record + InputStrides + 2];
            int inputStride3 = words[record + InputStrides + 3];
            int outputStride2 = words[record + OutputStrides + 2];
            int outputStride3 = words[record + OutputStrides + 3];
            sbyte[] bytes = array == (Array)arena.Int8 && step != 1 ? arena.Int8 : null;

            for (int b = 0; b < length1; b++)
            {
                int i2 = input + (b * words[record + InputStrides + 1]);
                int o2 = output + (b * words[record + OutputStrides + 1]);
                for (int c = 0; c < length2; c++, i2 += inputStride2, o2 += outputStride2)
                {
                    int i = i2;
                    int o = o2;
                    for (int d = 0; d < length3; d++, i += inputStride3, o += outputStride3)
                    {
                        if (step == 1)
                        {
                            Array.Copy(array, i, array, o, run);
                        }
                        else if (bytes != null)
                        {
                            int s = i;
                            for (int e = o + run, t = o; t < e; t++, s += step) bytes[t] = bytes[s];
                        }
                        else
                        {
                            for (int e = 0; e < run; e++) Array.Copy(array, i + (e * step), array, o + e, 1);
                        }
                    }
                }
            }
        }

        private static Array ArrayOf(Arena arena, TensorType type)
        {
            switch (type)
            {
                case TensorType.Int16: return arena.Int16;
                case TensorType.Int32: return arena.Int32;
                case TensorType.Float32: return arena.Float32;
                default: return arena.Int8;
            }
        }

        /// <summary>Tells whether the box fills consecutive elements of its target, each once.</summary>
        private static bool IsDense(Verifier verifier)
        {
            int step = verifier.Word(RunLength);
            for (int d = Dimensions - 1; d >= 0; d--)
            {
                int length = verifier.Word(Lengths + d);
                if (length > 1 && verifier.Word(OutputStrides + d) != step) return false;
                step *= length;
            }

            return true;
        }

        /// <summary>One more than the last element touched, from the extremes of all strides; refuses a box that begins before the tensor.</summary>
        private static int Extent(Verifier verifier, int start, string name, int strides, int runStep)
        {
            long low = verifier.Range(start, name, 0, int.MaxValue);
            long high = low;
            long last = (long)(verifier.Range(RunLength, "run", 1, Limit) - 1) * runStep;
            if (last < 0) low += last;
            else high += last;
            for (int d = 0; d < Dimensions; d++)
            {
                int length = verifier.Range(Lengths + d, "length", 1, Limit);
                last = (long)(length - 1) * verifier.Range(strides + d, "stride", -Limit, Limit);
                if (last < 0) low += last;
                else high += last;
            }

            if (low < 0) verifier.Fail(name, start, "the box begins " + (-low).ToString() + " elements before the tensor");
            if (high >= 1 << 30) verifier.Fail(name, start, "the box ends behind every possible tensor");
            return (int)high + 1;
        }
    }
}
