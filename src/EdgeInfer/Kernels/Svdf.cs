using System;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Singular value decomposition filter, int8, with its memory of int8 or int16:
    /// every filter takes the dot product of the input with its feature weights, keeps it as the newest of its last M values,
    /// and takes the dot product of those with its time weights; an output is the sum over its filters (its rank), plus a bias, requantized.
    /// </summary>
    /// <remarks>
    /// Input [batches, inputs], feature weights [filters, inputs], time weights [filters, memory] of the state's type,
    /// state [batches, filters, memory], the oldest value first, output [batches, filters / rank]. A unit is a batch row.
    /// The formulas are those of tflite-micro (micro/kernels/svdf_common.cc): the feature product is clamped to the state's type
    /// before the state's zero point is added, and wraps there. The bias holds -state zero point * sum of the time weights already.
    /// </remarks>
    public sealed class Svdf : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: the state, int8 or int16.</summary>
        public const int State = Record.Fields + 1;

        /// <summary>Field: 32-bit scratch, one number a filter.</summary>
        public const int Sums = Record.Fields + 2;

        /// <summary>Field: first feature weight in the bytes section.</summary>
        public const int FeatureWeights = Record.Fields + 3;

        /// <summary>Field: first time weight, in the bytes section for an int8 state, in the halves section for int16.</summary>
        public const int TimeWeights = Record.Fields + 4;

        /// <summary>Field: table of biases in the words section, one an output.</summary>
        public const int Biases = Record.Fields + 5;

        /// <summary>Field: inputs of a batch row.</summary>
        public const int Inputs = Record.Fields + 6;

        /// <summary>Field: filters; a multiple of the rank.</summary>
        public const int Filters = Record.Fields + 7;

        /// <summary>Field: filters an output.</summary>
        public const int Rank = Record.Fields + 8;

        /// <summary>Field: values that a filter remembers.</summary>
        public const int Memory = Record.Fields + 9;

        /// <summary>Field: input zero point.</summary>
        public const int InputZeroPoint = Record.Fields + 10;

        /// <summary>Field: state zero point, -32768 to 32767.</summary>
        public const int StateZeroPoint = Record.Fields + 11;

        /// <summary>Field: multiplier from feature product to state.</summary>
        public const int FeatureMultiplier = Record.Fields + 12;

        /// <summary>Field: shift from feature product to state.</summary>
        public const int FeatureShift = Record.Fields + 13;

        /// <summary>Field: multiplier from time product to output.</summary>
        public const int TimeMultiplier = Record.Fields + 14;

        /// <summary>Field: shift from time product to output.</summary>
        public const int TimeShift = Record.Fields + 15;

        /// <summary>Field: output zero point.</summary>
        public const int OutputZeroPoint = Record.Fields + 16;

        /// <summary>Field: smallest output.</summary>
        public const int ActivationMin = Record.Fields + 17;

        /// <summary>Field: largest output.</summary>
        public const int ActivationMax = Record.Fields + 18;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 19;

        private const int Limit = 1 << 16;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Svdf"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int batches = verifier.Range(Record.Units, "units", 1, Limit);
            int inputs = verifier.Range(Inputs, "inputs", 1, Limit);
            int filters = verifier.Range(Filters, "filters", 1, Limit);
            int rank = verifier.Range(Rank, "rank", 1, filters);
            if (filters % rank != 0) verifier.Fail("rank", Rank, "the filters cannot be divided by it");
            int memory = verifier.Range(Memory, "memory", 1, Limit);
            int remembered = verifier.Product(filters, memory);
            verifier.Range(InputZeroPoint, "input zero point", sbyte.MinValue, sbyte.MaxValue);
            verifier.Range(StateZeroPoint, "state zero point", short.MinValue, short.MaxValue);
            Channel.VerifyScale(verifier, FeatureMultiplier, FeatureShift);
            Channel.VerifyScale(verifier, TimeMultiplier, TimeShift);
            Channel.VerifyClamp(verifier, OutputZeroPoint, ActivationMin, ActivationMax);
            verifier.Bytes(FeatureWeights, "feature weights", verifier.Product(filters, inputs));
            int outputs = filters / rank;
            verifier.Table(Biases, "biases", outputs);
            TensorType type = verifier.TypeOf(State, "state");
            if (type == TensorType.Int8) verifier.Bytes(TimeWeights, "time weights", remembered);
            else if (type == TensorType.Int16) verifier.Halves(TimeWeights, "time weights", remembered);
            else verifier.Fail("state", State, "it must be int8 or int16");

            verifier.Read(Input, "input", TensorType.Int8, verifier.Product(batches, inputs));
            verifier.Update(State, "state", type, verifier.Product(batches, remembered));
            verifier.Scratch(Sums, "sums", TensorType.Int32, filters);

            // A row is read before its outputs are written; they must not reach rows that are still to be read.
            int count = verifier.Product(batches, outputs);
            if (batches == 1 || outputs <= inputs) verifier.WriteInPlace(TensorType.Int8, count, Input);
            else verifier.Write(TensorType.Int8, count);
            verifier.Units(batches, batches * ((long)filters * inputs + remembered));
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int inputs = words[record + Inputs];
            int filters = words[record + Filters];
            int remembered = filters * words[record + Memory];
            int stateEntry = words[record + State];
            int state = words[stateEntry + BlobFormat.TensorOffset] + (unit * remembered);
            int sum = words[words[record + Sums] + BlobFormat.TensorOffset];
            Array.Clear(arena.Int32, sum, filters);
            MatrixVector.Multiply(
                model.Bytes,
                arena.Int8,
                words[words[record + Input] + BlobFormat.TensorOffset] + (unit * inputs),
                model.BytesStart + words[record + FeatureWeights],
                inputs,
                words[record + InputZeroPoint],
                128,
                arena.Int32,
                sum,
                filters);

            // Everything moves up by one; what comes from the next filter is overwritten with the newest value.
            if (BlobFormat.TypeOf(words, stateEntry) == TensorType.Int16)
            {
                Array.Copy(arena.Int16, state + 1, arena.Int16, state, remembered - 1);
                RememberInt16(model, arena, record, state, sum);
            }
            else
            {
                Array.Copy(arena.Int8, state + 1, arena.Int8, state, remembered - 1);
                RememberInt8(model, arena, record, state, sum);
            }

            Store(model, arena, record, unit, sum);
        }

        /// <summary>Turns the feature products into the newest values of the memory, and the memory into time products, in place of the feature products.</summary>
        private static void RememberInt8(Model model, Arena arena, int record, int state, int sum)
        {
            int[] words = model.Words;
            byte[] w = model.Bytes;
            sbyte[] s = arena.Int8;
            int[] sums = arena.Int32;
            int j = model.BytesStart + words[record + TimeWeights];
            int memory = words[record + Memory];
            int zeroPoint = words[record + StateZeroPoint];
            long multiplier = words[record + FeatureMultiplier];
            int shift = words[record + FeatureShift];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            for (int end = sum + words[record + Filters]; sum < end; sum++)
            {
                long scaled = (sums[sum] * multiplier) + rounding;
                if (scaled < threshold) scaled -= negativeStep;
                int value = (int)(scaled >> shift);
                if (value < sbyte.MinValue) value = sbyte.MinValue;
                if (value > sbyte.MaxValue) value = sbyte.MaxValue;
                int stateEnd = state + memory;
                s[stateEnd - 1] = (sbyte)(value + zeroPoint);

                int product = 0;
                for (int last = stateEnd - 3; state < last; state += 4, j += 4)
                {
                    product += (s[state] * (w[j] - 128)) + (s[state + 1] * (w[j + 1] - 128))
                        + (s[state + 2] * (w[j + 2] - 128)) + (s[state + 3] * (w[j + 3] - 128));
                }

                for (; state < stateEnd; state++, j++) product += s[state] * (w[j] - 128);
                sums[sum] = product;
            }
        }

        /// <summary>The same for a memory of 16 bits.</summary>
        private static void RememberInt16(Model model, Arena arena, int record, int state, int sum)
        {
            int[] words = model.Words;
            short[] w = model.Halves;
            short[] s = arena.Int16;
            int[] sums = arena.Int32;
            int j = words[record + TimeWeights];
            int memory = words[record + Memory];
            int zeroPoint = words[record + StateZeroPoint];
            long multiplier = words[record + FeatureMultiplier];
            int shift = words[record + FeatureShift];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            for (int end = sum + words[record + Filters]; sum < end; sum++)
            {
                long scaled = (sums[sum] * multiplier) + rounding;
                if (scaled < threshold) scaled -= negativeStep;
                int value = (int)(scaled >> shift);
                if (value < short.MinValue) value = short.MinValue;
                if (value > short.MaxValue) value = short.MaxValue;
                int stateEnd = state + memory;
                s[stateEnd - 1] = (short)(value + zeroPoint);

                int product = 0;
                for (int last = stateEnd - 3; state < last; state += 4, j += 4)
                {
                    product += (s[state] * w[j]) + (s[state + 1] * w[j + 1]) + (s[state + 2] * w[j + 2]) + (s[state + 3] * w[j + 3]);
                }

                for (; state < stateEnd; state++, j++) product += s[state] * w[j];
                sums[sum] = product;
            }
        }

        private static void Store(Model model, Arena arena, int record, int unit, int sum)
        {
            int[] words = model.Words;
            sbyte[] y = arena.Int8;
            int[] sums = arena.Int32;
            int rank = words[record + Rank];
            int outputs = words[record + Filters] / rank;
            int bias = words[record + Biases];
            int zeroPoint = words[record + OutputZeroPoint];
            int min = words[record + ActivationMin];
            int max = words[record + ActivationMax];
            long multiplier = words[record + TimeMultiplier];
            int shift = words[record + TimeShift];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * outputs);
            for (int end = o + outputs; o < end; o++, bias++)
            {
                int acc = words[bias];
                for (int last = sum + rank; sum < last; sum++) acc += sums[sum];
                long scaled = (acc * multiplier) + rounding;
                if (scaled < threshold) scaled -= negativeStep;
                int value = (int)(scaled >> shift) + zeroPoint;
                if (value < min) value = min;
                if (value > max) value = max;
                y[o] = (sbyte)value;
            }
        }
    }
}
