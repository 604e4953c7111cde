namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Average over a window, int8: the sum of the cells inside the image divided by their number, rounded half away from zero, clamped.
    /// </summary>
    public sealed class AveragePool2D : Pool2D
    {
        /// <inheritdoc/>
        public override string Name
        {
            get { return "AveragePool2D"; }
        }

        /// <inheritdoc/>
        protected override void Window(sbyte[] x, int first, int rows, int length, int rowLength, int output, int channels, int min, int max)
        {
            int cells = rows * length / channels;
            int half = cells / 2;
            int rowsLength = rows * rowLength;
            int channels2 = 2 * channels;
            int channels3 = 3 * channels;
            int channels4 = 4 * channels;
            for (int end = output + channels; output < end; output++, first++)
            {
                int sum = 0;
                for (int row = first, rowsEnd = first + rowsLength; row < rowsEnd; row += rowLength)
                {
                    int i = row;
                    int rowEnd = row + length;
                    for (int fours = rowEnd - channels3; i < fours; i += channels4) sum += x[i] + x[i + channels] + x[i + channels2] + x[i + channels3];
                    for (; i < rowEnd; i += channels) sum += x[i];
                }

                int y = (sum > 0 ? sum + half : sum - half) / cells;
                if (y < min) y = min;
                if (y > max) y = max;
                x[output] = (sbyte)y;
            }
        }

        /// <inheritdoc/>
        protected override void Quad(sbyte[] x, int first, int right, int down, int output, int channels, int min, int max)
        {
            int i = first;
            int o = output;
            int across = right + down;
            for (int end = o + channels; o < end; o++, i++)
            {
                int y = x[i] + x[i + right] + x[i + down] + x[i + across];
                y = (y > 0 ? y + 2 : y - 2) / 4;
                if (y < min) y = min;
                if (y > max) y = max;
                x[o] = (sbyte)y;
            }
        }
    }
}
