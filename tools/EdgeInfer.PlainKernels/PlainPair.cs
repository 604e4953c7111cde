namespace EdgeInfer.PlainKernels
{
    /// <summary>Two operands, element by element, with broadcasting.</summary>
    public abstract class PlainPair : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            int input1 = words[words[record + Broadcast.Input1] + BlobFormat.TensorOffset];
            int input2 = words[words[record + Broadcast.Input2] + BlobFormat.TensorOffset];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int run = words[record + Broadcast.Lengths + 4];
            for (int a = 0; a < words[record + Broadcast.Lengths]; a++)
            {
                for (int b = 0; b < words[record + Broadcast.Lengths + 1]; b++)
                {
                    for (int c = 0; c < words[record + Broadcast.Lengths + 2]; c++)
                    {
                        for (int d = 0; d < words[record + Broadcast.Lengths + 3]; d++)
                        {
                            int i = input1 + Start(words, record + Broadcast.Strides1, a, b, c, d);
                            int j = input2 + Start(words, record + Broadcast.Strides2, a, b, c, d);
                            Row(model, arena, record, i, j, output, run);
                            output += run;
                        }
                    }
                }
            }
        }

        /// <summary>Computes the elements of the innermost dimension.</summary>
        /// <param name="model">Holds the record.</param>
        /// <param name="arena">Holds operands and output.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="i">First element of the first operand.</param>
        /// <param name="j">First element of the second operand.</param>
        /// <param name="o">First element of the output.</param>
        /// <param name="count">Elements.</param>
        protected abstract void Row(Model model, Arena arena, int record, int i, int j, int o, int count);

        private static int Start(int[] words, int strides, int a, int b, int c, int d)
        {
            return (a * words[strides]) + (b * words[strides + 1]) + (c * words[strides + 2]) + (d * words[strides + 3]);
        }
    }
}
