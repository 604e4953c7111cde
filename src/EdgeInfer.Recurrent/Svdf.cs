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

        /// <summary>Field: table of -input zero point * sum of the feature weights in the words section, one a filter.</summary>
        public const int FeatureBiases = Record.Fields + 10;

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

        /// <summary>Field: the feature weights as <see cref="PackWeights"/> lays them out, tiles; or <see cref="Record.None"/>.</summary>
        public const int PackedFeatures = Record.Fields + 19;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 20;

        private const int Limit = 1 << 16;

        /// <summary>Weights are stored plus this.</summary>
        private const int Offset = 128;

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
            verifier.Table(FeatureBiases, "feature biases", filters);
            verifier.Range(StateZeroPoint, "state zero point", short.MinValue, short.MaxValue);
            Channel.VerifyScale(verifier, FeatureMultiplier, FeatureShift);
            Channel.VerifyScale(verifier, TimeMultiplier, TimeShift);
            Channel.VerifyClamp(verifier, OutputZeroPoint, ActivationMin, ActivationMax);
            Matrix.Verify(verifier, FeatureWeights, PackedFeatures, "feature weights", filters, inputs);
            int outputs = filters / rank;
            verifier.Table(Biases, "biases", outputs);
            TensorType type = verifier.TypeOf(State, "state");
            if (type == TensorType.Int8) verifier.Bytes(TimeWeights, "time weights", remembered);
            else if (type == TensorType.Int16) verifier.Halves(TimeWeights, "time weights", remembered);
            else verifier.Fail("state", State, "it must be int8 or int16");

            verifier.Read(Input, "input", TensorType.Int8, verifier.Product(batches, inputs));
            verifier.Update(State, "state", type, verifier.Product(batches, remembered));
            verifier.Scratch(Sums, "sums", TensorType.Int32, Matrix.Sums(verifier.Word(PackedFeatures), filters));

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
            int input = words[words[record + Input] + BlobFormat.TensorOffset] + (unit * inputs);
            Array.Copy(words, words[record + FeatureBiases], arena.Int32, sum, filters);
            Matrix.Multiply(model, arena, record + FeatureWeights, record + PackedFeatures, 0, input, inputs, 0, sum, filters);

            // Everything moves up by one; what comes from the next filter is overwritten with the newest value.
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * (filters / words[record + Rank]));
            if (BlobFormat.TypeOf(words, stateEntry) == TensorType.Int16)
            {
                Array.Copy(arena.Int16, state + 1, arena.Int16, state, remembered - 1);
                FilterInt16(model, arena, record, state, sum, output);
            }
            else
            {
                Array.Copy(arena.Int8, state + 1, arena.Int8, state, remembered - 1);
                FilterInt8(model, arena, record, state, sum, output);
            }
        }

        /// <summary>Turns the feature products into the newest values of an 8-bit memory, and the memory into outputs.</summary>
        private static void FilterInt8(Model model, Arena arena, int record, int state, int sum, int output)
        {
            sbyte[] s = arena.Int8;
            byte[] w = model.Bytes;
            int i = state;
            int j = model.BytesStart + model.Words[record + TimeWeights];
            int acc;
            int[] words = model.Words;
            int[] sums = arena.Int32;
            sbyte[] y = arena.Int8;
            long scaled;
            int value;
            int memory = words[record + Memory];
            bool rest = (memory & 7) != 0;
            int rank = words[record + Rank];
            int stateZeroPoint = words[record + StateZeroPoint];
            long multiplier = words[record + FeatureMultiplier];
            int shift = words[record + FeatureShift];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            long timeMultiplier = words[record + TimeMultiplier];
            int timeShift = words[record + TimeShift];
            long timeRounding = Channel.Rounding(timeShift);
            long timeThreshold = Channel.Threshold(timeShift);
            long timeStep = Channel.NegativeStep(timeShift);
            int zeroPoint = words[record + OutputZeroPoint];
            int min = words[record + ActivationMin];
            uint range = (uint)(words[record + ActivationMax] - min);
            int bias = words[record + Biases];
            for (int end = output + (words[record + Filters] / rank); output < end; output++, bias++)
            {
                acc = words[bias];
                for (int last = sum + rank; sum < last; sum++)
                {
                    scaled = (sums[sum] * multiplier) + rounding;
                    if (scaled < threshold) scaled -= negativeStep;
                    value = (int)(scaled >> shift);
                    if ((uint)(value - sbyte.MinValue) > byte.MaxValue) value = value < 0 ? sbyte.MinValue : sbyte.MaxValue;
                    int stateEnd = i + memory;
                    s[stateEnd - 1] = (sbyte)(value + stateZeroPoint);
                    for (int eight = stateEnd - 7; i < eight; i += 8, j += 8)
                    {
                        acc += (s[i] * (w[j] - Offset)) + (s[i + 1] * (w[j + 1] - Offset)) + (s[i + 2] * (w[j + 2] - Offset)) + (s[i + 3] * (w[j + 3] - Offset))
                            + (s[i + 4] * (w[j + 4] - Offset)) + (s[i + 5] * (w[j + 5] - Offset)) + (s[i + 6] * (w[j + 6] - Offset)) + (s[i + 7] * (w[j + 7] - Offset));
                    }

                    if (rest)
                    {
                        if (i + 4 <= stateEnd)
                        {
                            acc += (s[i] * (w[j] - Offset)) + (s[i + 1] * (w[j + 1] - Offset)) + (s[i + 2] * (w[j + 2] - Offset)) + (s[i + 3] * (w[j + 3] - Offset));
                            i += 4;
                            j += 4;
                        }

                        for (; i < stateEnd; i++, j++) acc += s[i] * (w[j] - Offset);
                    }
                }

                scaled = (acc * timeMultiplier) + timeRounding;
                if (scaled < timeThreshold) scaled -= timeStep;
                value = (int)(scaled >> timeShift) + zeroPoint;
                if ((uint)(value - min) > range) value = value < min ? min : min + (int)range;
                y[output] = (sbyte)value;
            }
        }

        /// <summary>The same for a memory of 16 bits.</summary>
        private static void FilterInt16(Model model, Arena arena, int record, int state, int sum, int output)
        {
            short[] s = arena.Int16;
            short[] w = model.Halves;
            int i = state;
            int j = model.Words[record + TimeWeights];
            int acc;
            int[] words = model.Words;
            int[] sums = arena.Int32;
            sbyte[] y = arena.Int8;
            long scaled;
            int value;
            int memory = words[record + Memory];
            bool rest = (memory & 7) != 0;
            int rank = words[record + Rank];
            int stateZeroPoint = words[record + StateZeroPoint];
            long multiplier = words[record + FeatureMultiplier];
            int shift = words[record + FeatureShift];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            long timeMultiplier = words[record + TimeMultiplier];
            int timeShift = words[record + TimeShift];
            long timeRounding = Channel.Rounding(timeShift);
            long timeThreshold = Channel.Threshold(timeShift);
            long timeStep = Channel.NegativeStep(timeShift);
            int zeroPoint = words[record + OutputZeroPoint];
            int min = words[record + ActivationMin];
            uint range = (uint)(words[record + ActivationMax] - min);
            int bias = words[record + Biases];
            for (int end = output + (words[record + Filters] / rank); output < end; output++, bias++)
            {
                acc = words[bias];
                for (int last = sum + rank; sum < last; sum++)
                {
                    scaled = (sums[sum] * multiplier) + rounding;
                    if (scaled < threshold) scaled -= negativeStep;
                    value = (int)(scaled >> shift);
                    if ((uint)(value - short.MinValue) > ushort.MaxValue) value = value < 0 ? short.MinValue : short.MaxValue;
                    int stateEnd = i + memory;
                    s[stateEnd - 1] = (short)(value + stateZeroPoint);
                    for (int eight = stateEnd - 7; i < eight; i += 8, j += 8)
                    {
                        acc += (s[i] * w[j]) + (s[i + 1] * w[j + 1]) + (s[i + 2] * w[j + 2]) + (s[i + 3] * w[j + 3])
                            + (s[i + 4] * w[j + 4]) + (s[i + 5] * w[j + 5]) + (s[i + 6] * w[j + 6]) + (s[i + 7] * w[j + 7]);
                    }

                    if (rest)
                    {
                        if (i + 4 <= stateEnd)
                        {
                            acc += (s[i] * w[j]) + (s[i + 1] * w[j + 1]) + (s[i + 2] * w[j + 2]) + (s[i + 3] * w[j + 3]);
                            i += 4;
                            j += 4;
                        }

                        for (; i < stateEnd; i++, j++) acc += s[i] * w[j];
                    }
                }

                scaled = (acc * timeMultiplier) + timeRounding;
                if (scaled < timeThreshold) scaled -= timeStep;
                value = (int)(scaled >> timeShift) + zeroPoint;
                if ((uint)(value - min) > range) value = value < min ? min : min + (int)range;
                y[output] = (sbyte)value;
            }
        }
    }
}
