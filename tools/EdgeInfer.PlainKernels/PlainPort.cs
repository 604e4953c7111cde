using System;
using Nibbles = EdgeInfer.Kernels.Nibbles;

namespace EdgeInfer.PlainKernels
{
    /// <summary>
    /// The kernels as anyone would first write them in C#: nested loops over sbyte arrays, indexes and parameters in locals, one
    /// product a multiplication, requantization as gemmlowp has it. They give the same bytes as the kernels of the runtime.
    /// </summary>
    /// <remarks>
    /// What the host has folded stays folded: the input's zero point is part of the bias, and functions are tables. The ratio
    /// to this port is therefore what the kernels gain by themselves. Data movement has no other form and stays as it is.
    /// </remarks>
    public static class PlainPort
    {
        /// <summary>8-bit constants of the model as signed numbers, which is how a port would hold them.</summary>
        internal static sbyte[] Constants;

        /// <summary>Room for the 4-bit weights of an operator, one a number: a port unpacks them and runs the kernel that it has.</summary>
        internal static sbyte[] Unpacked;

        /// <summary>Room for a copy of an operator's input: these kernels do not run in place.</summary>
        internal static sbyte[] Input;

        /// <summary>Lets the plain kernels carry out every model that is loaded from now on.</summary>
        public static void Register()
        {
            KernelCatalog.Replace(OperatorCode.Conv2D, new Conv2D());
            KernelCatalog.Replace(OperatorCode.DepthwiseConv2D, new DepthwiseConv2D());
            KernelCatalog.Replace(OperatorCode.FullyConnected, new FullyConnected());
            KernelCatalog.Replace(OperatorCode.SparseFullyConnected, new SparseFullyConnected());
            KernelCatalog.Replace(OperatorCode.AveragePool2D, new AveragePool2D());
            KernelCatalog.Replace(OperatorCode.MaxPool2D, new MaxPool2D());
            KernelCatalog.Replace(OperatorCode.Softmax, new Softmax());
            KernelCatalog.Replace(OperatorCode.Lookup, new Lookup());
            KernelCatalog.Replace(OperatorCode.Add, new Add());
            KernelCatalog.Replace(OperatorCode.Mul, new Mul());
            KernelCatalog.Replace(OperatorCode.Mean, new Mean());
            KernelCatalog.Replace(OperatorCode.Requantize, new Requantize());
            KernelCatalog.Replace(OperatorCode.Svdf, new Svdf());
            KernelCatalog.Replace(OperatorCode.UnidirectionalSequenceLstm, new UnidirectionalSequenceLstm());
            KernelCatalog.Replace(OperatorCode.Conv2DInt4, new Conv2DInt4());
            KernelCatalog.Replace(OperatorCode.FullyConnectedInt4, new FullyConnectedInt4());
            KernelCatalog.Replace(OperatorCode.Pairwise, new Pairwise());
            KernelCatalog.Replace(OperatorCode.Select, new Select());
            KernelCatalog.Replace(OperatorCode.ArgMax, new ArgMax());
            KernelCatalog.Replace(OperatorCode.ResizeBilinear, new ResizeBilinear());
            KernelCatalog.Replace(OperatorCode.L2Normalization, new L2Normalization());
            KernelCatalog.Replace(OperatorCode.LogSoftmax, new LogSoftmax());
            KernelCatalog.Replace(OperatorCode.BatchMatMul, new BatchMatMul());
            KernelCatalog.Replace(OperatorCode.Conv2DInt16, new Conv2DInt16());
            KernelCatalog.Replace(OperatorCode.Pool2DInt16, new Pool2DInt16());
            KernelCatalog.Replace(OperatorCode.PairwiseInt16, new PairwiseInt16());
            KernelCatalog.Replace(OperatorCode.InterpolateInt16, new InterpolateInt16());
            KernelCatalog.Replace(OperatorCode.SoftmaxInt16, new SoftmaxInt16());
            KernelCatalog.Replace(OperatorCode.MeanInt16, new MeanInt16());
            KernelCatalog.Replace(OperatorCode.BatchMatMulInt16, new BatchMatMulInt16());
            KernelCatalog.Replace(OperatorCode.UnidirectionalSequenceLstmInt16, new UnidirectionalSequenceLstmInt16());
            KernelCatalog.Replace(OperatorCode.Div, new Div());
            KernelCatalog.Replace(OperatorCode.PairwiseInt32, new PairwiseInt32());
            KernelCatalog.Replace(OperatorCode.AddN, new AddN());
            KernelCatalog.Replace(OperatorCode.CumulativeSum, new CumulativeSum());
            KernelCatalog.Replace(OperatorCode.LoadWeights, new LoadWeights());
        }

        /// <summary>Takes what the kernels need of a model; call it before the model runs.</summary>
        /// <param name="model">The model.</param>
        public static void Prepare(Model model)
        {
            byte[] bytes = model.Bytes;
            int start = model.BytesStart;
            int buffer = model.Header[BlobFormat.WeightBufferWord];
            Constants = new sbyte[buffer > 0 ? buffer : model.Header[BlobFormat.ByteCountWord]];
            for (int i = 0; i < Constants.Length; i++) Constants[i] = (sbyte)(bytes[start + i] - 128);
            Unpacked = new sbyte[2 * Constants.Length];
            Input = new sbyte[model.Header[BlobFormat.ArenaWord + (int)TensorType.Int8]];
        }

        /// <summary>Unpacks 4-bit weights to the start of <see cref="Unpacked"/>.</summary>
        /// <param name="first">The first byte of them in <see cref="Constants"/>.</param>
        /// <param name="rows">Number of rows; each begins with a byte of its own.</param>
        /// <param name="taps">Weights of a row.</param>
        /// <returns>The array with the weights.</returns>
        internal static sbyte[] Unpack(int first, int rows, int taps)
        {
            int target = 0;
            for (int row = 0; row < rows; row++, first += (taps + 1) / 2)
            {
                for (int tap = 0; tap < taps; tap++)
                {
                    int pair = Constants[first + (tap / 2)] + 128;
                    Unpacked[target] = (sbyte)((tap % 2 == 0 ? pair & 15 : pair >> 4) - Nibbles.Offset);
                    target++;
                }
            }

            return Unpacked;
        }

        /// <summary>Copies a tensor to the start of <see cref="Input"/>.</summary>
        /// <param name="model">The model.</param>
        /// <param name="arena">Holds the tensor.</param>
        /// <param name="entry">Position of its entry.</param>
        /// <returns>The array with the copy.</returns>
        internal static sbyte[] Copy(Model model, Arena arena, int entry)
        {
            int[] words = model.Words;
            Array.Copy(arena.Int8, words[entry + BlobFormat.TensorOffset], Input, 0, words[entry + BlobFormat.TensorCount]);
            return Input;
        }
    }
}
