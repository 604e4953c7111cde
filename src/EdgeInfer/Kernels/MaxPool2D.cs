namespace EdgeInfer.Kernels
{
    /// <summary>Maximum over a window, int8: the largest of the cells inside the image, clamped.</summary>
    public sealed class MaxPool2D : Pool2D
    {
        /// <inheritdoc/>
        public override string Name
        {
            get { return "MaxPool2D"; }
        }

        /// <inheritdoc/>
        protected override void Window(sbyte[] x, int first, int rows, int length, int rowLength, int output, int channels, int min, int max)
        {
            int rowsLength = rows * rowLength;
            for (int end = output + channels; output < end; output++, first++)
            {
                // Starting from the lower limit saves the lower clamp.
                int y = min;
                for (int row = first, rowsEnd = first + rowsLength; row < rowsEnd; row += rowLength)
                {
                    for (int i = row, rowEnd = row + length; i < rowEnd; i += channels)
                    {
                        if (x[i] > y) y = x[i];
                    }
                }

                if (y > max) y = max;
                x[output] = (sbyte)y;
            }
        }

        /// <inheritdoc/>
        protected override void Quad(sbyte[] x, int first, int right, int down, int output, int channels, int min, int max)
        {
            int y;
            int value;
            int across = right + down;
            for (int i = first, end = output + channels; output < end; output++, i++)
            {
                y = x[i];
                value = x[i + right];
                if (value > y) y = value;
                value = x[i + down];
                if (value > y) y = value;
                value = x[i + across];
                if (value > y) y = value;
                if (y < min) y = min;
                if (y > max) y = max;
                x[output] = (sbyte)y;
            }
        }
    }
}
