using EdgeInfer;
using nanoFramework.TestFramework;

namespace NFUnitTest
{
    /// <summary>Every sample gives on the device what the host gave, byte for byte.</summary>
    [TestClass]
    public class OperatorTests
    {
        [TestMethod]
        public void Convolution()
        {
            Check(Samples.Convolution, Samples.ConvolutionOutputs);
        }

        [TestMethod]
        public void DepthwiseConvolution()
        {
            Check(Samples.DepthwiseInPlace, Samples.DepthwiseInPlaceOutputs);
        }

        [TestMethod]
        public void FullyConnected()
        {
            Check(Samples.FullyConnected, Samples.FullyConnectedOutputs);
        }

        [TestMethod]
        public void AveragePool()
        {
            Check(Samples.AveragePool, Samples.AveragePoolOutputs);
        }

        [TestMethod]
        public void Softmax()
        {
            Check(Samples.Softmax, Samples.SoftmaxOutputs);
        }

        [TestMethod]
        public void SumWithBroadcast()
        {
            Check(Samples.SumWithBroadcast, Samples.SumWithBroadcastOutputs);
        }

        [TestMethod]
        public void StateAndConstants()
        {
            Check(Samples.StateAndConstants, Samples.StateAndConstantsOutputs);
        }

        [TestMethod]
        public void FilterWithState()
        {
            RecurrentKernels.Register();
            Check(Samples.FilterWith8BitState, Samples.FilterWith8BitStateOutputs);
        }

        [TestMethod]
        public void Recurrent()
        {
            RecurrentKernels.Register();
            Check(Samples.Recurrent, Samples.RecurrentOutputs);
        }

        [TestMethod]
        public void PadAndConcatenate()
        {
            Check(Samples.PadAndConcatenate, Samples.PadAndConcatenateOutputs);
        }

        [TestMethod]
        public void ConvolutionWith4BitWeights()
        {
            FourBitKernels.Register();
            Check(Samples.ConvolutionWith4BitWeights, Samples.ConvolutionWith4BitWeightsOutputs);
        }

        [TestMethod]
        public void FullyConnectedWith4BitWeights()
        {
            FourBitKernels.Register();
            Check(Samples.FullyConnectedWith4BitWeights, Samples.FullyConnectedWith4BitWeightsOutputs);
        }

        [TestMethod]
        public void Network()
        {
            Check(Samples.Network, Samples.NetworkOutputs);
        }

        private static void Check(byte[] blob, int[] expected)
        {
            CollectionAssert.AreEqual(expected, SampleRun.Outputs(new Interpreter(Model.Load(blob)), int.MaxValue));
        }
    }
}
