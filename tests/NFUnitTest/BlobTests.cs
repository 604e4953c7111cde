using EdgeInfer;
using nanoFramework.TestFramework;

namespace NFUnitTest
{
    /// <summary>Loading from a stream, labels and the self-test.</summary>
    [TestClass]
    public class BlobTests
    {
        [TestMethod]
        public void StreamedBlobRunsTheSame()
        {
            Model model = Model.Load(new StreamedBlob(Samples.Network));
            CollectionAssert.AreEqual(Samples.NetworkOutputs, SampleRun.Outputs(new Interpreter(model), int.MaxValue));
        }

        [TestMethod]
        public void LabelsAreRead()
        {
            string[] labels = Labels.Read(Model.Load(Samples.Network));
            Assert.AreEqual(4, labels.Length);
            Assert.AreEqual("yes", labels[0]);
            Assert.AreEqual("no", labels[1]);
            Assert.AreEqual("gr\u00F6\u00DFer", labels[2]);
            Assert.AreEqual("\u65e0\ud83d\ude42", labels[3]);
        }

        [TestMethod]
        public void SelfTestPasses()
        {
            Assert.AreEqual(SelfTest.Passed, SelfTest.Run(new Interpreter(Model.Load(Samples.Network))));
        }

        [TestMethod]
        public void SelfTestNeedsItsChunk()
        {
            Interpreter interpreter = new Interpreter(Model.Load(Samples.FullyConnected));
            Assert.ThrowsException(typeof(System.InvalidOperationException), () => SelfTest.Run(interpreter));
        }

        [TestMethod]
        public void ArenaIsAsLargeAsTheModelSays()
        {
            Interpreter interpreter = new Interpreter(Model.Load(Samples.Network));
            Arena arena = interpreter.Arena;
            int bytes = arena.Int8.Length + (arena.Int16.Length * 2) + (arena.Int32.Length * 4) + (arena.Int64.Length * 8) + (arena.Float32.Length * 4)
                + (arena.Tiles.Length * Arena.TileLength * 8);
            Assert.AreEqual(bytes, interpreter.Model.ArenaBytes);
        }
    }
}
