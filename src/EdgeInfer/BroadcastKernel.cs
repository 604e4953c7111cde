namespace EdgeInfer
{
    /// <summary>
    /// A kernel over two operands with broadcasting, whose record begins with the fields of <see cref="Broadcast"/>: it finds where a unit begins.
    /// Rows are left to the operator's loops, whose constants are loaded once a unit: a call a row would cost more than a short row does.
    /// </summary>
    public abstract class BroadcastKernel : Kernel
    {
        /// <summary>Field: rows of a unit.</summary>
        protected const int Rows = Broadcast.Lengths + 3;

        /// <summary>Field: elements of a row.</summary>
        protected const int RowLength = Broadcast.Lengths + 4;

        /// <summary>Field: what lies between rows of the first operand.</summary>
        protected const int RowStep1 = Broadcast.Strides1 + 3;

        /// <summary>Field: what lies between elements of the first operand.</summary>
        protected const int Step1 = Broadcast.Strides1 + 4;

        /// <summary>Field: what lies between rows of the second operand.</summary>
        protected const int RowStep2 = Broadcast.Strides2 + 3;

        /// <summary>Field: what lies between elements of the second operand.</summary>
        protected const int Step2 = Broadcast.Strides2 + 4;

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int count = words[record + Rows] * words[record + RowLength];
            int i = words[words[record + Broadcast.Input1] + BlobFormat.TensorOffset] + Broadcast.Start(words, record, Broadcast.Strides1, unit);
            int j = words[words[record + Broadcast.Input2] + BlobFormat.TensorOffset] + Broadcast.Start(words, record, Broadcast.Strides2, unit);
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * count);
            Compute(model, arena, record, unit, i, j, o, o + count);
        }

        /// <summary>Computes a unit. Allocates nothing.</summary>
        /// <param name="model">Holds the record and the constants.</param>
        /// <param name="arena">Holds the tensors.</param>
        /// <param name="record">Position of the record in <see cref="Model.Words"/>.</param>
        /// <param name="unit">Index of the unit, for further operands.</param>
        /// <param name="first">Where the first operand's element of the first output lies in the arena.</param>
        /// <param name="second">Where the second operand's does.</param>
        /// <param name="output">Where the first output lies; the others follow.</param>
        /// <param name="end">Behind the last output.</param>
        protected abstract void Compute(Model model, Arena arena, int record, int unit, int first, int second, int output, int end);
    }
}
