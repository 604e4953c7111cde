using System;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// The multiplications of <see cref="Conv2D"/>: two filters by all packed positions of a block.
    /// </summary>
    /// <remarks>
    /// A pass takes up to 64 taps of the two filters into locals and lets the tiles of all positions go by; the sum of its products
    /// stays on the evaluation stack. 64 are one expression; fewer are 32, 16 and 8, as the bits of their number say. The last pass
    /// scales what it has summed up, where <see cref="Conv2D.Finish"/> says <see cref="Conv2D.Direct"/>. Weights may be read up to seven bytes beyond a
    /// filter's last: their tiles hold zeros, and the bytes section has a tail.
    /// </remarks>
    internal static class Conv2DProducts
    {
        /// <summary>Turns eight weights as they are stored, each plus 128, into signed ones.</summary>
        internal const long Flip = unchecked((long)0x8080808080808080);

        private const int MostTaps = 4 * Arena.TileLength;

        /// <summary>Computes the outputs of one block, all filters of a group.</summary>
        /// <param name="model">Holds the record and the constants.</param>
        /// <param name="arena">Holds the tiles and takes the outputs.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="group">The group.</param>
        /// <param name="triples">Positions in a lane.</param>
        /// <param name="output">Element of the first lane's first position, channel 0.</param>
        /// <param name="second">Elements from there to the second lane's first position.</param>
        /// <param name="third">The same for the third lane.</param>
        public static void Run(Model model, Arena arena, int record, int group, int triples, int output, int second, int third)
        {
            // Declared first: the first four locals are read at less cost than others.
            long[] p0, p1, p2, p3;
            long eight;
            long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,
                 a16, a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, a31,
                 a32, a33, a34, a35, a36, a37, a38, a39, a40, a41, a42, a43, a44, a45, a46, a47,
                 a48, a49, a50, a51, a52, a53, a54, a55, a56, a57, a58, a59, a60, a61, a62, a63;
            long b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15,
                 b16, b17, b18, b19, b20, b21, b22, b23, b24, b25, b26, b27, b28, b29, b30, b31,
                 b32, b33, b34, b35, b36, b37, b38, b39, b40, b41, b42, b43, b44, b45, b46, b47,
                 b48, b49, b50, b51, b52, b53, b54, b55, b56, b57, b58, b59, b60, b61, b62, b63;
            a0 = a1 = a2 = a3 = a4 = a5 = a6 = a7 = a8 = a9 = a10 = a11 = a12 = a13 = a14 = a15
                = a16 = a17 = a18 = a19 = a20 = a21 = a22 = a23 = a24 = a25 = a26 = a27 = a28 = a29 = a30 = a31
                = a32 = a33 = a34 = a35 = a36 = a37 = a38 = a39 = a40 = a41 = a42 = a43 = a44 = a45 = a46 = a47
                = a48 = a49 = a50 = a51 = a52 = a53 = a54 = a55 = a56 = a57 = a58 = a59 = a60 = a61 = a62 = a63
                = b0 = b1 = b2 = b3 = b4 = b5 = b6 = b7 = b8 = b9 = b10 = b11 = b12 = b13 = b14 = b15
                = b16 = b17 = b18 = b19 = b20 = b21 = b22 = b23 = b24 = b25 = b26 = b27 = b28 = b29 = b30 = b31
                = b32 = b33 = b34 = b35 = b36 = b37 = b38 = b39 = b40 = b41 = b42 = b43 = b44 = b45 = b46 = b47
                = b48 = b49 = b50 = b51 = b52 = b53 = b54 = b55 = b56 = b57 = b58 = b59 = b60 = b61 = b62 = b63 = 0;
            int[] words = model.Words;
            byte[] w = model.Bytes;
            sbyte[] y = arena.Int8;
            long[] lanes = arena.Int64;
            long[][] tiles = arena.Tiles;
            int tile0 = words[words[record + Conv2D.Tiles] + BlobFormat.TensorOffset];
            int lane0 = words[words[record + Conv2D.Accumulators] + BlobFormat.TensorOffset];
            int biases = words[record + Conv2D.Channels + Channel.Biases];
            int scales = words[record + Conv2D.Channels + Channel.Scales];
            int scaleStep = words[record + Conv2D.Channels + Channel.ScaleStep];
            int runs = Conv2D.Runs(words, record);
            int runTaps = Conv2D.RunTaps(words, record);
            int runTiles = Conv2D.RunTiles(words, record);
            int step = Conv2D.TileStep(words, record);
            int channels = words[record + Conv2D.OutputChannels];
            int filters = channels / words[record + Conv2D.Groups];
            int finishing = words[record + Conv2D.Finish];
            bool direct = finishing == Conv2D.Direct;
            bool summing = finishing == Conv2D.FromSums;
            int laneTiles = words[record + Conv2D.LaneTiles];
            int most = laneTiles < 4 ? MostTaps - Arena.TileLength : MostTaps;
            long mask = Lanes.Mask;
            long min = words[record + Conv2D.ActivationMin];
            ulong range = (ulong)((words[record + Conv2D.ActivationMax] - min + 1) << Conv2D.DirectShift) - 1;
            long constant = (1L << (Conv2D.DirectShift - 1)) + ((words[record + Conv2D.OutputZeroPoint] - min) << Conv2D.DirectShift);
            int filter = group * filters;
            int end = filter + filters;
            int ja = model.BytesStart + words[record + Conv2D.Weights] + (filter * runs * runTaps);
            for (; filter < end; filter += 2)
            {
                // The last of an odd number of filters is its own partner.
                int pair = filter + 1 < end ? 1 : 0;
                int second1 = second + pair;
                int third1 = third + pair;
                int scale = scales + (filter * scaleStep);
                int left = Conv2D.DirectShift - words[scale + Channel.Shift];
                long m0 = (long)words[scale + Channel.Multiplier] << left;
                long c0 = ((words[biases + filter] - (long)Lanes.Offset) * m0) + constant + (left < Conv2D.DirectShift - 31 ? Channel.HalfUnit << left : 0);
                scale += pair * scaleStep;
                left = Conv2D.DirectShift - words[scale + Channel.Shift];
                long m1 = (long)words[scale + Channel.Multiplier] << left;
                long c1 = ((words[biases + filter + pair] - (long)Lanes.Offset) * m1) + constant + (left < Conv2D.DirectShift - 31 ? Channel.HalfUnit << left : 0);
                int jb = ja + (pair * runs * runTaps);
                int inLanes = 0;
                bool fresh = true;
                if (summing) Conv2DSums.Begin(model, arena, record, filter, pair, triples);
                for (int run = 0; run < runs; run++)
                {
                    int first = tile0 + (run * runTiles);
                    for (int todo = runTaps; todo > 0;)
                    {
                        int taps = todo > most ? most : todo;
                        todo -= taps;
                        int width = (taps + 7) & ~7;
                        if (width == MostTaps)
                        {
                            eight = BitConverter.ToInt64(w, ja) ^ Flip;
                            a0 = eight << 56 >> 56; a1 = eight << 48 >> 56; a2 = eight << 40 >> 56; a3 = eight << 32 >> 56;
                            a4 = eight << 24 >> 56; a5 = eight << 16 >> 56; a6 = eight << 8 >> 56; a7 = eight >> 56;
                            eight = BitConverter.ToInt64(w, ja + 8) ^ Flip;
                            a8 = eight << 56 >> 56; a9 = eight << 48 >> 56; a10 = eight << 40 >> 56; a11 = eight << 32 >> 56;
                            a12 = eight << 24 >> 56; a13 = eight << 16 >> 56; a14 = eight << 8 >> 56; a15 = eight >> 56;
                            eight = BitConverter.ToInt64(w, ja + 16) ^ Flip;
                            a16 = eight << 56 >> 56; a17 = eight << 48 >> 56; a18 = eight << 40 >> 56; a19 = eight << 32 >> 56;
                            a20 = eight << 24 >> 56; a21 = eight << 16 >> 56; a22 = eight << 8 >> 56; a23 = eight >> 56;
                            eight = BitConverter.ToInt64(w, ja + 24) ^ Flip;
                            a24 = eight << 56 >> 56; a25 = eight << 48 >> 56; a26 = eight << 40 >> 56; a27 = eight << 32 >> 56;
                            a28 = eight << 24 >> 56; a29 = eight << 16 >> 56; a30 = eight << 8 >> 56; a31 = eight >> 56;
                            eight = BitConverter.ToInt64(w, ja + 32) ^ Flip;
                            a32 = eight << 56 >> 56; a33 = eight << 48 >> 56; a34 = eight << 40 >> 56; a35 = eight << 32 >> 56;
                            a36 = eight << 24 >> 56; a37 = eight << 16 >> 56; a38 = eight << 8 >> 56; a39 = eight >> 56;
                            eight = BitConverter.ToInt64(w, ja + 40) ^ Flip;
                            a40 = eight << 56 >> 56; a41 = eight << 48 >> 56; a42 = eight << 40 >> 56; a43 = eight << 32 >> 56;
                            a44 = eight << 24 >> 56; a45 = eight << 16 >> 56; a46 = eight << 8 >> 56; a47 = eight >> 56;
                            eight = BitConverter.ToInt64(w, ja + 48) ^ Flip;
                            a48 = eight << 56 >> 56; a49 = eight << 48 >> 56; a50 = eight << 40 >> 56; a51 = eight << 32 >> 56;
                            a52 = eight << 24 >> 56; a53 = eight << 16 >> 56; a54 = eight << 8 >> 56; a55 = eight >> 56;
                            eight = BitConverter.ToInt64(w, ja + 56) ^ Flip;
                            a56 = eight << 56 >> 56; a57 = eight << 48 >> 56; a58 = eight << 40 >> 56; a59 = eight << 32 >> 56;
                            a60 = eight << 24 >> 56; a61 = eight << 16 >> 56; a62 = eight << 8 >> 56; a63 = eight >> 56;
                            eight = BitConverter.ToInt64(w, jb) ^ Flip;
                            b0 = eight << 56 >> 56; b1 = eight << 48 >> 56; b2 = eight << 40 >> 56; b3 = eight << 32 >> 56;
                            b4 = eight << 24 >> 56; b5 = eight << 16 >> 56; b6 = eight << 8 >> 56; b7 = eight >> 56;
                            eight = BitConverter.ToInt64(w, jb + 8) ^ Flip;
                            b8 = eight << 56 >> 56; b9 = eight << 48 >> 56; b10 = eight << 40 >> 56; b11 = eight << 32 >> 56;
                            b12 = eight << 24 >> 56; b13 = eight << 16 >> 56; b14 = eight << 8 >> 56; b15 = eight >> 56;
                            eight = BitConverter.ToInt64(w, jb + 16) ^ Flip;
                            b16 = eight << 56 >> 56; b17 = eight << 48 >> 56; b18 = eight << 40 >> 56; b19 = eight << 32 >> 56;
                            b20 = eight << 24 >> 56; b21 = eight << 16 >> 56; b22 = eight << 8 >> 56; b23 = eight >> 56;
                            eight = BitConverter.ToInt64(w, jb + 24) ^ Flip;
                            b24 = eight << 56 >> 56; b25 = eight << 48 >> 56; b26 = eight << 40 >> 56; b27 = eight << 32 >> 56;
                            b28 = eight << 24 >> 56; b29 = eight << 16 >> 56; b30 = eight << 8 >> 56; b31 = eight >> 56;
                            eight = BitConverter.ToInt64(w, jb + 32) ^ Flip;
                            b32 = eight << 56 >> 56; b33 = eight << 48 >> 56; b34 = eight << 40 >> 56; b35 = eight << 32 >> 56;
                            b36 = eight << 24 >> 56; b37 = eight << 16 >> 56; b38 = eight << 8 >> 56; b39 = eight >> 56;
                            eight = BitConverter.ToInt64(w, jb + 40) ^ Flip;
                            b40 = eight << 56 >> 56; b41 = eight << 48 >> 56; b42 = eight << 40 >> 56; b43 = eight << 32 >> 56;
                            b44 = eight << 24 >> 56; b45 = eight << 16 >> 56; b46 = eight << 8 >> 56; b47 = eight >> 56;
                            eight = BitConverter.ToInt64(w, jb + 48) ^ Flip;
                            b48 = eight << 56 >> 56; b49 = eight << 48 >> 56; b50 = eight << 40 >> 56; b51 = eight << 32 >> 56;
                            b52 = eight << 24 >> 56; b53 = eight << 16 >> 56; b54 = eight << 8 >> 56; b55 = eight >> 56;
                            eight = BitConverter.ToInt64(w, jb + 56) ^ Flip;
                            b56 = eight << 56 >> 56; b57 = eight << 48 >> 56; b58 = eight << 40 >> 56; b59 = eight << 32 >> 56;
                            b60 = eight << 24 >> 56; b61 = eight << 16 >> 56; b62 = eight << 8 >> 56; b63 = eight >> 56;
                        }
                        else
                        {
                            int i = ja;
                            int j = jb;
                            if ((width & 32) != 0)
                            {
                                eight = BitConverter.ToInt64(w, i) ^ Flip;
                                a0 = eight << 56 >> 56; a1 = eight << 48 >> 56; a2 = eight << 40 >> 56; a3 = eight << 32 >> 56;
                                a4 = eight << 24 >> 56; a5 = eight << 16 >> 56; a6 = eight << 8 >> 56; a7 = eight >> 56;
                                eight = BitConverter.ToInt64(w, i + 8) ^ Flip;
                                a8 = eight << 56 >> 56; a9 = eight << 48 >> 56; a10 = eight << 40 >> 56; a11 = eight << 32 >> 56;
                                a12 = eight << 24 >> 56; a13 = eight << 16 >> 56; a14 = eight << 8 >> 56; a15 = eight >> 56;
                                eight = BitConverter.ToInt64(w, i + 16) ^ Flip;
                                a16 = eight << 56 >> 56; a17 = eight << 48 >> 56; a18 = eight << 40 >> 56; a19 = eight << 32 >> 56;
                                a20 = eight << 24 >> 56; a21 = eight << 16 >> 56; a22 = eight << 8 >> 56; a23 = eight >> 56;
                                eight = BitConverter.ToInt64(w, i + 24) ^ Flip;
                                a24 = eight << 56 >> 56; a25 = eight << 48 >> 56; a26 = eight << 40 >> 56; a27 = eight << 32 >> 56;
                                a28 = eight << 24 >> 56; a29 = eight << 16 >> 56; a30 = eight << 8 >> 56; a31 = eight >> 56;
                                eight = BitConverter.ToInt64(w, j) ^ Flip;
                                b0 = eight << 56 >> 56; b1 = eight << 48 >> 56; b2 = eight << 40 >> 56; b3 = eight << 32 >> 56;
                                b4 = eight << 24 >> 56; b5 = eight << 16 >> 56; b6 = eight << 8 >> 56; b7 = eight >> 56;
                                eight = BitConverter.ToInt64(w, j + 8) ^ Flip;
                                b8 = eight << 56 >> 56; b9 = eight << 48 >> 56; b10 = eight << 40 >> 56; b11 = eight << 32 >> 56;
                                b12 = eight << 24 >> 56; b13 = eight << 16 >> 56; b14 = eight << 8 >> 56; b15 = eight >> 56;
                                eight = BitConverter.ToInt64(w, j + 16) ^ Flip;
                                b16 = eight << 56 >> 56; b17 = eight << 48 >> 56; b18 = eight << 40 >> 56; b19 = eight << 32 >> 56;
                                b20 = eight << 24 >> 56; b21 = eight << 16 >> 56; b22 = eight << 8 >> 56; b23 = eight >> 56;
                                eight = BitConverter.ToInt64(w, j + 24) ^ Flip;
                                b24 = eight << 56 >> 56; b25 = eight << 48 >> 56; b26 = eight << 40 >> 56; b27 = eight << 32 >> 56;
                                b28 = eight << 24 >> 56; b29 = eight << 16 >> 56; b30 = eight << 8 >> 56; b31 = eight >> 56;
                                i += 32;
                                j += 32;
                            }

                            if ((width & 16) != 0)
                            {
                                eight = BitConverter.ToInt64(w, i) ^ Flip;
                                a32 = eight << 56 >> 56; a33 = eight << 48 >> 56; a34 = eight << 40 >> 56; a35 = eight << 32 >> 56;
                                a36 = eight << 24 >> 56; a37 = eight << 16 >> 56; a38 = eight << 8 >> 56; a39 = eight >> 56;
                                eight = BitConverter.ToInt64(w, i + 8) ^ Flip;
                                a40 = eight << 56 >> 56; a41 = eight << 48 >> 56; a42 = eight << 40 >> 56; a43 = eight << 32 >> 56;
                                a44 = eight << 24 >> 56; a45 = eight << 16 >> 56; a46 = eight << 8 >> 56; a47 = eight >> 56;
                                eight = BitConverter.ToInt64(w, j) ^ Flip;
                                b32 = eight << 56 >> 56; b33 = eight << 48 >> 56; b34 = eight << 40 >> 56; b35 = eight << 32 >> 56;
                                b36 = eight << 24 >> 56; b37 = eight << 16 >> 56; b38 = eight << 8 >> 56; b39 = eight >> 56;
                                eight = BitConverter.ToInt64(w, j + 8) ^ Flip;
                                b40 = eight << 56 >> 56; b41 = eight << 48 >> 56; b42 = eight << 40 >> 56; b43 = eight << 32 >> 56;
                                b44 = eight << 24 >> 56; b45 = eight << 16 >> 56; b46 = eight << 8 >> 56; b47 = eight >> 56;
                                i += 16;
                                j += 16;
                            }

                            if ((width & 8) != 0)
                            {
                                eight = BitConverter.ToInt64(w, i) ^ Flip;
                                a48 = eight << 56 >> 56; a49 = eight << 48 >> 56; a50 = eight << 40 >> 56; a51 = eight << 32 >> 56;
                                a52 = eight << 24 >> 56; a53 = eight << 16 >> 56; a54 = eight << 8 >> 56; a55 = eight >> 56;
                                eight = BitConverter.ToInt64(w, j) ^ Flip;
                                b48 = eight << 56 >> 56; b49 = eight << 48 >> 56; b50 = eight << 40 >> 56; b51 = eight << 32 >> 56;
                                b52 = eight << 24 >> 56; b53 = eight << 16 >> 56; b54 = eight << 8 >> 56; b55 = eight >> 56;
                            }
                        }

                        ja += taps;
                        jb += taps;
                        bool last = todo == 0 && run == runs - 1;
                        bool finish = direct && last;
                        int laneEnd = lane0 + triples;
                        for (int l = lane0, tile = first, o = output + filter; l < laneEnd; l++, tile += step, o += channels)
                        {
                            long acc0, acc1;
                            if (fresh)
                            {
                                acc0 = Lanes.Offsets;
                                acc1 = Lanes.Offsets;
                            }
                            else
                            {
                                acc0 = lanes[l];
                                acc1 = lanes[l + triples];
                            }

                            if (width == MostTaps)
                            {
                                p0 = tiles[tile];
                                p1 = tiles[tile + 1];
                                p2 = tiles[tile + 2];
                                p3 = tiles[tile + 3];
                                acc0 += (p0[0] * a0) + (p0[1] * a1) + (p0[2] * a2) + (p0[3] * a3)
                                    + (p0[4] * a4) + (p0[5] * a5) + (p0[6] * a6) + (p0[7] * a7)
                                    + (p0[8] * a8) + (p0[9] * a9) + (p0[10] * a10) + (p0[11] * a11)
                                    + (p0[12] * a12) + (p0[13] * a13) + (p0[14] * a14) + (p0[15] * a15)
                                    + (p1[0] * a16) + (p1[1] * a17) + (p1[2] * a18) + (p1[3] * a19)
                                    + (p1[4] * a20) + (p1[5] * a21) + (p1[6] * a22) + (p1[7] * a23)
                                    + (p1[8] * a24) + (p1[9] * a25) + (p1[10] * a26) + (p1[11] * a27)
                                    + (p1[12] * a28) + (p1[13] * a29) + (p1[14] * a30) + (p1[15] * a31)
                                    + (p2[0] * a32) + (p2[1] * a33) + (p2[2] * a34) + (p2[3] * a35)
                                    + (p2[4] * a36) + (p2[5] * a37) + (p2[6] * a38) + (p2[7] * a39)
                                    + (p2[8] * a40) + (p2[9] * a41) + (p2[10] * a42) + (p2[11] * a43)
                                    + (p2[12] * a44) + (p2[13] * a45) + (p2[14] * a46) + (p2[15] * a47)
                                    + (p3[0] * a48) + (p3[1] * a49) + (p3[2] * a50) + (p3[3] * a51)
                                    + (p3[4] * a52) + (p3[5] * a53) + (p3[6] * a54) + (p3[7] * a55)
                                    + (p3[8] * a56) + (p3[9] * a57) + (p3[10] * a58) + (p3[11] * a59)
                                    + (p3[12] * a60) + (p3[13] * a61) + (p3[14] * a62) + (p3[15] * a63);
                                acc1 += (p0[0] * b0) + (p0[1] * b1) + (p0[2] * b2) + (p0[3] * b3)
                                    + (p0[4] * b4) + (p0[5] * b5) + (p0[6] * b6) + (p0[7] * b7)
                                    + (p0[8] * b8) + (p0[9] * b9) + (p0[10] * b10) + (p0[11] * b11)
                                    + (p0[12] * b12) + (p0[13] * b13) + (p0[14] * b14) + (p0[15] * b15)
                                    + (p1[0] * b16) + (p1[1] * b17) + (p1[2] * b18) + (p1[3] * b19)
                                    + (p1[4] * b20) + (p1[5] * b21) + (p1[6] * b22) + (p1[7] * b23)
                                    + (p1[8] * b24) + (p1[9] * b25) + (p1[10] * b26) + (p1[11] * b27)
                                    + (p1[12] * b28) + (p1[13] * b29) + (p1[14] * b30) + (p1[15] * b31)
                                    + (p2[0] * b32) + (p2[1] * b33) + (p2[2] * b34) + (p2[3] * b35)
                                    + (p2[4] * b36) + (p2[5] * b37) + (p2[6] * b38) + (p2[7] * b39)
                                    + (p2[8] * b40) + (p2[9] * b41) + (p2[10] * b42) + (p2[11] * b43)
                                    + (p2[12] * b44) + (p2[13] * b45) + (p2[14] * b46) + (p2[15] * b47)
                                    + (p3[0] * b48) + (p3[1] * b49) + (p3[2] * b50) + (p3[3] * b51)
                                    + (p3[4] * b52) + (p3[5] * b53) + (p3[6] * b54) + (p3[7] * b55)
                                    + (p3[8] * b56) + (p3[9] * b57) + (p3[10] * b58) + (p3[11] * b59)
                                    + (p3[12] * b60) + (p3[13] * b61) + (p3[14] * b62) + (p3[15] * b63);
                            }
                            else
                            {
                                int t = tile;
                                if ((width & 32) != 0)
                                {
                                    p0 = tiles[t];
                                    p1 = tiles[t + 1];
                                    t += 2;
                                    acc0 += (p0[0] * a0) + (p0[1] * a1) + (p0[2] * a2) + (p0[3] * a3)
                                        + (p0[4] * a4) + (p0[5] * a5) + (p0[6] * a6) + (p0[7] * a7)
                                        + (p0[8] * a8) + (p0[9] * a9) + (p0[10] * a10) + (p0[11] * a11)
                                        + (p0[12] * a12) + (p0[13] * a13) + (p0[14] * a14) + (p0[15] * a15)
                                        + (p1[0] * a16) + (p1[1] * a17) + (p1[2] * a18) + (p1[3] * a19)
                                        + (p1[4] * a20) + (p1[5] * a21) + (p1[6] * a22) + (p1[7] * a23)
                                        + (p1[8] * a24) + (p1[9] * a25) + (p1[10] * a26) + (p1[11] * a27)
                                        + (p1[12] * a28) + (p1[13] * a29) + (p1[14] * a30) + (p1[15] * a31);
                                    acc1 += (p0[0] * b0) + (p0[1] * b1) + (p0[2] * b2) + (p0[3] * b3)
                                        + (p0[4] * b4) + (p0[5] * b5) + (p0[6] * b6) + (p0[7] * b7)
                                        + (p0[8] * b8) + (p0[9] * b9) + (p0[10] * b10) + (p0[11] * b11)
                                        + (p0[12] * b12) + (p0[13] * b13) + (p0[14] * b14) + (p0[15] * b15)
                                        + (p1[0] * b16) + (p1[1] * b17) + (p1[2] * b18) + (p1[3] * b19)
                                        + (p1[4] * b20) + (p1[5] * b21) + (p1[6] * b22) + (p1[7] * b23)
                                        + (p1[8] * b24) + (p1[9] * b25) + (p1[10] * b26) + (p1[11] * b27)
                                        + (p1[12] * b28) + (p1[13] * b29) + (p1[14] * b30) + (p1[15] * b31);
                                }

                                if ((width & 16) != 0)
                                {
                                    p0 = tiles[t];
                                    t++;
                                    acc0 += (p0[0] * a32) + (p0[1] * a33) + (p0[2] * a34) + (p0[3] * a35)
                                        + (p0[4] * a36) + (p0[5] * a37) + (p0[6] * a38) + (p0[7] * a39)
                                        + (p0[8] * a40) + (p0[9] * a41) + (p0[10] * a42) + (p0[11] * a43)
                                        + (p0[12] * a44) + (p0[13] * a45) + (p0[14] * a46) + (p0[15] * a47);
                                    acc1 += (p0[0] * b32) + (p0[1] * b33) + (p0[2] * b34) + (p0[3] * b35)
                                        + (p0[4] * b36) + (p0[5] * b37) + (p0[6] * b38) + (p0[7] * b39)
                                        + (p0[8] * b40) + (p0[9] * b41) + (p0[10] * b42) + (p0[11] * b43)
                                        + (p0[12] * b44) + (p0[13] * b45) + (p0[14] * b46) + (p0[15] * b47);
                                }

                                if ((width & 8) != 0)
                                {
                                    p0 = tiles[t];
                                    acc0 += (p0[0] * a48) + (p0[1] * a49) + (p0[2] * a50) + (p0[3] * a51)
                                        + (p0[4] * a52) + (p0[5] * a53) + (p0[6] * a54) + (p0[7] * a55);
                                    acc1 += (p0[0] * b48) + (p0[1] * b49) + (p0[2] * b50) + (p0[3] * b51)
                                        + (p0[4] * b52) + (p0[5] * b53) + (p0[6] * b54) + (p0[7] * b55);
                                }
                            }

                            if (!finish)
                            {
                                lanes[l] = acc0;
                                lanes[l + triples] = acc1;
                                continue;
                            }

                            long scaled;
                            if ((ulong)(scaled = ((acc0 & mask) * m0) + c0) > range) scaled = ~(scaled >> 63) & (long)range;
                            y[o] = (sbyte)((scaled >> Conv2D.DirectShift) + min);
                            if ((ulong)(scaled = ((acc1 & mask) * m1) + c1) > range) scaled = ~(scaled >> 63) & (long)range;
                            y[o + pair] = (sbyte)((scaled >> Conv2D.DirectShift) + min);
                            if ((ulong)(scaled = ((long)((ulong)(acc0 << Lanes.AboveSecond) >> Lanes.AboveFirst) * m0) + c0) > range) scaled = ~(scaled >> 63) & (long)range;
                            y[o + second] = (sbyte)((scaled >> Conv2D.DirectShift) + min);
                            if ((ulong)(scaled = ((long)((ulong)(acc1 << Lanes.AboveSecond) >> Lanes.AboveFirst) * m1) + c1) > range) scaled = ~(scaled >> 63) & (long)range;
                            y[o + second1] = (sbyte)((scaled >> Conv2D.DirectShift) + min);
                            if ((ulong)(scaled = ((acc0 >> (2 * Lanes.Width)) * m0) + c0) > range) scaled = ~(scaled >> 63) & (long)range;
                            y[o + third] = (sbyte)((scaled >> Conv2D.DirectShift) + min);
                            if ((ulong)(scaled = ((acc1 >> (2 * Lanes.Width)) * m1) + c1) > range) scaled = ~(scaled >> 63) & (long)range;
                            y[o + third1] = (sbyte)((scaled >> Conv2D.DirectShift) + min);
                        }

                        first += most / Arena.TileLength;
                        inLanes += (width + Arena.TileLength - 1) / Arena.TileLength;
                        fresh = summing && (last || inLanes + (MostTaps / Arena.TileLength) > laneTiles);
                        if (fresh)
                        {
                            Conv2DSums.Empty(arena, words, record, triples);
                            inLanes = 0;
                        }
                    }
                }

                ja = jb;
                if (summing) Conv2DSums.Store(model, arena, record, filter, pair, triples, output, second, third);
                else if (!direct) Conv2DSums.StoreLanes(model, arena, record, filter, pair, triples, output, second, third);
            }
        }
    }
}
