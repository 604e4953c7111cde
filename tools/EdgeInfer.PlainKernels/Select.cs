using Layout = EdgeInfer.Kernels.Select;

namespace EdgeInfer.PlainKernels
{
    /// <summary>One of two numbers, as a third tells.</summary>
    public sealed class Select : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            TensorType type = BlobFormat.TypeOf(words, words[record + Record.Output]);
            int lengths = record + Broadcast.Lengths;
            int input1 = words[words[record + Broadcast.Input1] + BlobFormat.TensorOffset];
            int input2 = words[words[record + Broadcast.Input2] + BlobFormat.TensorOffset];
            int condition = words[words[record + Layout.Condition] + BlobFormat.TensorOffset];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            for (int a = 0; a < words[lengths]; a++)
            {
                for (int b = 0; b < words[lengths + 1]; b++)
                {
                    for (int c = 0; c < words[lengths + 2]; c++)
                    {
                        for (int d = 0; d < words[lengths + 3]; d++)
                        {
                            for (int e = 0; e < words[lengths + 4]; e++)
                            {
                                int chosen = arena.Int8[condition + Place(words, record + Layout.ConditionStrides, a, b, c, d, e)] != 0
                                    ? input1 + Place(words, record + Broadcast.Strides1, a, b, c, d, e)
                                    : input2 + Place(words, record + Broadcast.Strides2, a, b, c, d, e);
                                if (type == TensorType.Int8) arena.Int8[output] = arena.Int8[chosen];
                                else if (type == TensorType.Int16) arena.Int16[output] = arena.Int16[chosen];
                                else arena.Int32[output] = arena.Int32[chosen];
                                output++;
                            }
                        }
                    }
                }
            }
        }

        private static int Place(int[] words, int strides, int a, int b, int c, int d, int e)
        {
            return (a * words[strides]) + (b * words[strides + 1]) + (c * words[strides + 2]) + (d * words[strides + 3]) + (e * words[strides + 4]);
        }
    }
}
