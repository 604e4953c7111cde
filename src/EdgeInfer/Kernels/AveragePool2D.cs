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
            for (int end = output + channels; output < end; output++, first++)
            {
                int sum = 0;
                for (int row = first, rowsEnd = first + rowsLength; row < rowsEnd; row += rowLength)
                {
                    for (int i = row, rowEnd = row + length; i < rowEnd; i += channels) sum += x[i];
                }

                int y = (sum > 0 ? sum + half : sum - half) / cells;
                if (y < min) y = min;
                if (y > max) y = max;
                x[output] = (sbyte)y;
            }
        }
    }
}
