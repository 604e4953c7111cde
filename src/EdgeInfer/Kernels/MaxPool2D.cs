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
                        int value = x[i];
                        if (value > y) y = value;
                    }
                }

                if (y > max) y = max;
                x[output] = (sbyte)y;
            }
        }
    }
}
