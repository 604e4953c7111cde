namespace EdgeInfer.Kernels
{
    /// <summary>
    /// What <see cref="Conv2D"/> does with lanes that the last pass could not scale, for two filters at a time: sums that a lane
    /// cannot hold are added up in 32 bits, others are taken from the lanes.
    /// </summary>
    internal static class Conv2DSums
    {
        /// <summary>Starts the sums of two filters with their biases.</summary>
        /// <param name="model">Holds the biases.</param>
        /// <param name="arena">Holds the sums.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="filter">The first filter.</param>
        /// <param name="pair">1 where the second filter is the next one, 0 where it is the same.</param>
        /// <param name="triples">Positions in a lane.</param>
        public static void Begin(Model model, Arena arena, int record, int filter, int pair, int triples)
        {
            int[] words = model.Words;
            int[] sums = arena.Int32;
            int s = words[words[record + Conv2D.Sums] + BlobFormat.TensorOffset];
            int biases = words[record + Conv2D.Channels + Channel.Biases];
            int bias = words[biases + filter];
            int end = s + (3 * triples);
            for (; s < end; s++) sums[s] = bias;
            bias = words[biases + filter + pair];
            end += 3 * triples;
            for (; s < end; s++) sums[s] = bias;
        }

        /// <summary>Adds the lanes to the sums.</summary>
        /// <param name="arena">Holds both.</param>
        /// <param name="words">The words section.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="triples">Positions in a lane.</param>
        public static void Empty(Arena arena, int[] words, int record, int triples)
        {
            long[] lanes = arena.Int64;
            int[] sums = arena.Int32;
            int l = words[words[record + Conv2D.Accumulators] + BlobFormat.TensorOffset];
            int s = words[words[record + Conv2D.Sums] + BlobFormat.TensorOffset];
            int end = l + (2 * triples);
            for (; l < end; l++, s += 3)
            {
                long acc = lanes[l];
                sums[s] += ((int)acc & Lanes.Mask) - Lanes.Offset;
                sums[s + 1] += ((int)(acc >> Lanes.Width) & Lanes.Mask) - Lanes.Offset;
                sums[s + 2] += (int)(acc >> (2 * Lanes.Width)) - Lanes.Offset;
            }
        }

        /// <summary>Scales the sums of two filters and stores the outputs.</summary>
        /// <param name="model">Holds the scales.</param>
        /// <param name="arena">Holds the sums and takes the outputs.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="filter">The first filter.</param>
        /// <param name="pair">1 where the second filter is the next one, 0 where it is the same.</param>
        /// <param name="triples">Positions in a lane.</param>
        /// <param name="output">Element of the first lane's first position, channel 0.</param>
        /// <param name="second">Elements from there to the second lane's first position.</param>
        /// <param name="third">The same for the third lane.</param>
        public static void Store(Model model, Arena arena, int record, int filter, int pair, int triples, int output, int second, int third)
        {
            int[] words = model.Words;
            sbyte[] y = arena.Int8;
            int[] sums = arena.Int32;
            int channels = words[record + Conv2D.OutputChannels];
            int scales = words[record + Conv2D.Channels + Channel.Scales];
            int scaleStep = words[record + Conv2D.Channels + Channel.ScaleStep];
            int first = words[words[record + Conv2D.Sums] + BlobFormat.TensorOffset];
            int zeroPoint = words[record + Conv2D.OutputZeroPoint];
            long min = words[record + Conv2D.ActivationMin];
            long max = words[record + Conv2D.ActivationMax];
            ulong range = (ulong)(max - min);
            for (int end = filter + pair; filter <= end; filter++)
            {
                long multiplier = words[scales + (filter * scaleStep) + Channel.Multiplier];
                int shift = words[scales + (filter * scaleStep) + Channel.Shift];
                long rounding = Channel.Rounding(shift);
                long threshold = Channel.Threshold(shift);
                long negativeStep = Channel.NegativeStep(shift);
                int sumEnd = first + (3 * triples);
                for (int lane = 0, start = output; lane < 3; lane++)
                {
                    for (int s = first + lane, o = start + filter; s < sumEnd; s += 3, o += channels)
                    {
                        long scaled = (sums[s] * multiplier) + rounding;
                        if (scaled < threshold) scaled -= negativeStep;
                        long value = (scaled >> shift) + zeroPoint;
                        if ((ulong)(value - min) > range) value = value < min ? min : max;
                        y[o] = (sbyte)value;
                    }

                    start = output + (lane == 0 ? second : third);
                }

                first = sumEnd;
            }
        }

        /// <summary>Scales what the lanes of two filters hold and stores the outputs.</summary>
        /// <param name="model">Holds biases and scales.</param>
        /// <param name="arena">Holds the lanes and takes the outputs.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="filter">The first filter.</param>
        /// <param name="pair">1 where the second filter is the next one, 0 where it is the same.</param>
        /// <param name="triples">Positions in a lane.</param>
        /// <param name="output">Element of the first lane's first position, channel 0.</param>
        /// <param name="second">Elements from there to the second lane's first position.</param>
        /// <param name="third">The same for the third lane.</param>
        public static void StoreLanes(Model model, Arena arena, int record, int filter, int pair, int triples, int output, int second, int third)
        {
            long scaled, min, max, multiplier;
            int[] words = model.Words;
            sbyte[] y = arena.Int8;
            long[] lanes = arena.Int64;
            int channels = words[record + Conv2D.OutputChannels];
            int biases = words[record + Conv2D.Channels + Channel.Biases];
            int scales = words[record + Conv2D.Channels + Channel.Scales];
            int scaleStep = words[record + Conv2D.Channels + Channel.ScaleStep];
            int l = words[words[record + Conv2D.Accumulators] + BlobFormat.TensorOffset];
            long zeroPoint = words[record + Conv2D.OutputZeroPoint];
            min = words[record + Conv2D.ActivationMin] - zeroPoint;
            max = words[record + Conv2D.ActivationMax] - zeroPoint;
            for (int end = filter + pair; filter <= end; filter++)
            {
                multiplier = words[scales + (filter * scaleStep) + Channel.Multiplier];
                int shift = words[scales + (filter * scaleStep) + Channel.Shift];
                long constant = ((words[biases + filter] - (long)Lanes.Offset) * multiplier) + Channel.Rounding(shift);
                long threshold = Channel.Threshold(shift);
                long negativeStep = Channel.NegativeStep(shift);
                int laneEnd = l + triples;
                for (int o = output + filter; l < laneEnd; l++, o += channels)
                {
                    long acc = lanes[l];
                    scaled = ((acc & Lanes.Mask) * multiplier) + constant;
                    if (scaled < threshold) scaled -= negativeStep;
                    scaled >>= shift;
                    if (scaled < min) scaled = min;
                    else if (scaled > max) scaled = max;
                    y[o] = (sbyte)(scaled + zeroPoint);

                    scaled = ((long)((ulong)(acc << Lanes.AboveSecond) >> Lanes.AboveFirst) * multiplier) + constant;
                    if (scaled < threshold) scaled -= negativeStep;
                    scaled >>= shift;
                    if (scaled < min) scaled = min;
                    else if (scaled > max) scaled = max;
                    y[o + second] = (sbyte)(scaled + zeroPoint);

                    scaled = ((acc >> (2 * Lanes.Width)) * multiplier) + constant;
                    if (scaled < threshold) scaled -= negativeStep;
                    scaled >>= shift;
                    if (scaled < min) scaled = min;
                    else if (scaled > max) scaled = max;
                    y[o + third] = (sbyte)(scaled + zeroPoint);
                }
            }
        }
    }
}
