namespace EdgeInfer.PlainKernels
{
    /// <summary>Maximum over a window.</summary>
    public sealed class MaxPool2D : PlainPool2D
    {
        /// <inheritdoc/>
        protected override int Cells(sbyte[] x, int first, int rows, int columns, int columnStep, int rowStep)
        {
            int max = sbyte.MinValue;
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    int value = x[first + (row * rowStep) + (column * columnStep)];
                    if (value > max) max = value;
                }
            }

            return max;
        }
    }
}
