namespace EdgeInfer.PlainKernels
{
    /// <summary>Average over a window.</summary>
    public sealed class AveragePool2D : PlainPool2D
    {
        /// <inheritdoc/>
        protected override int Cells(sbyte[] x, int first, int rows, int columns, int columnStep, int rowStep)
        {
            int sum = 0;
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++) sum += x[first + (row * rowStep) + (column * columnStep)];
            }

            int count = rows * columns;
            return sum > 0 ? (sum + (count / 2)) / count : (sum - (count / 2)) / count;
        }
    }
}
