using System;

namespace EdgeInfer.Kernels
{
    /// <summary>How <see cref="Conv2DInt4"/> brings the taps of positions together.</summary>
    internal static class Conv2DInt4Packing
    {
        /// <summary>Packs the taps of the positions of a block, for one group.</summary>
        /// <param name="model">Holds the record.</param>
        /// <param name="arena">Holds the input and takes the tiles.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="group">The group.</param>
        /// <param name="first">The first position.</param>
        /// <param name="count">Number of positions.</param>
        public static void Run(Model model, Arena arena, int record, int group, int first, int count)
        {
            int[] words = model.Words;
            int depth = words[record + Conv2DInt4.InputChannels] / words[record + Conv2DInt4.Groups];
            int rows = words[record + Conv2DInt4.OutputHeight];
            int columns = words[record + Conv2DInt4.OutputWidth];
            int rowTaps = words[record + Conv2DInt4.FilterWidth] * depth;
            int taps = words[record + Conv2DInt4.FilterHeight] * rowTaps;
            int window = words[words[record + Conv2DInt4.Window] + BlobFormat.TensorOffset];
            int zeros = window + Conv2DInt4.PaddedTaps(taps);
            sbyte[] x = arena.Int8;
            for (int i = window + taps; i < zeros; i++) x[i] = 0;
            sbyte zeroPoint = (sbyte)words[record + Conv2DInt4.InputZeroPoint];
            for (int i = zeros, end = zeros + rowTaps; i < end; i++) x[i] = zeroPoint;

            int imageElements = words[record + Conv2DInt4.InputHeight] * words[record + Conv2DInt4.InputWidth] * words[record + Conv2DInt4.InputChannels];
            int tile = words[words[record + Conv2DInt4.Tiles] + BlobFormat.TensorOffset];
            int image = first / (rows * columns);
            int row = (first / columns) - (image * rows);
            int column = first - (((image * rows) + row) * columns);
            int input = words[words[record + Conv2DInt4.Input] + BlobFormat.TensorOffset] + (group * depth) + (image * imageElements);
            for (; count > 0; count--)
            {
                int y = (row * words[record + Conv2DInt4.StrideHeight]) - words[record + Conv2DInt4.PadTop];
                int left = (column * words[record + Conv2DInt4.StrideWidth]) - words[record + Conv2DInt4.PadLeft];
                Gather(words, x, record, input, window, zeros, y, left);
                tile = Pack(arena.Tiles, x, tile, window, zeros);
                column++;
                if (column < columns) continue;

                column = 0;
                row++;
                if (row < rows) continue;

                row = 0;
                input += imageElements;
            }
        }

        /// <summary>Copies the taps of one position to the window, those in the padding from the row of zero points.</summary>
        private static void Gather(int[] words, sbyte[] x, int record, int input, int window, int zeros, int y, int left)
        {
            int height = words[record + Conv2DInt4.InputHeight];
            int width = words[record + Conv2DInt4.InputWidth];
            int channels = words[record + Conv2DInt4.InputChannels];
            int groups = words[record + Conv2DInt4.Groups];
            int depth = channels / groups;
            int filterWidth = words[record + Conv2DInt4.FilterWidth];
            int dilationHeight = words[record + Conv2DInt4.DilationHeight];
            int dilationWidth = words[record + Conv2DInt4.DilationWidth];

            // A run is what lies together in a row: all taps, or those of one column where columns are dilated or groups part the channels.
            int run = dilationWidth == 1 && groups == 1 ? filterWidth : 1;
            int runTaps = run * depth;
            for (int ky = words[record + Conv2DInt4.FilterHeight]; ky > 0; ky--, y += dilationHeight)
            {
                int column = left;
                for (int kx = 0; kx < filterWidth; kx += run, column += dilationWidth, window += runTaps)
                {
                    if (y < 0 || y >= height || column + run <= 0 || column >= width)
                    {
                        Array.Copy(x, zeros, x, window, runTaps);
                        continue;
                    }

                    int before = column < 0 ? -column : 0;
                    int behind = column + run > width ? column + run - width : 0;
                    if (before > 0) Array.Copy(x, zeros, x, window, before * depth);
                    Array.Copy(x, input + (((y * width) + column + before) * channels), x, window + (before * depth), (run - before - behind) * depth);
                    if (behind > 0) Array.Copy(x, zeros, x, window + ((run - behind) * depth), behind * depth);
                }
            }
        }

        /// <summary>Packs the window, four taps four apart in each number, the first in the upper lane.</summary>
        /// <returns>The tile behind those that were filled.</returns>
        private static int Pack(long[][] tiles, sbyte[] x, int tile, int i, int end)
        {
            for (; i < end; tile++)
            {
                long[] p = tiles[tile];
                for (int q = 0; q < Arena.TileLength; q += 4, i += Nibbles.WordTaps)
                {
                    if (i == end)
                    {
                        Array.Clear(p, q, Arena.TileLength - q);
                        break;
                    }

                    p[q] = ((((((long)x[i] << 16) + x[i + 4]) << 16) + x[i + 8]) << 16) + x[i + 12];
                    p[q + 1] = ((((((long)x[i + 1] << 16) + x[i + 5]) << 16) + x[i + 9]) << 16) + x[i + 13];
                    p[q + 2] = ((((((long)x[i + 2] << 16) + x[i + 6]) << 16) + x[i + 10]) << 16) + x[i + 14];
                    p[q + 3] = ((((((long)x[i + 3] << 16) + x[i + 7]) << 16) + x[i + 11]) << 16) + x[i + 15];
                }
            }

            return tile;
        }
    }
}
