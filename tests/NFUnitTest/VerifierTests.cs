using EdgeInfer;
using EdgeInfer.Kernels;
using nanoFramework.TestFramework;

namespace NFUnitTest
{
    /// <summary>Damaged blobs are refused on the device too, with the field that is wrong.</summary>
    [TestClass]
    public class VerifierTests
    {
        [TestMethod]
        [DataRow(BlobFormat.MagicWord, 0, "magic")]
        [DataRow(BlobFormat.VersionWord, 2, "version")]
        [DataRow(BlobFormat.LengthWord, 0, "length")]
        [DataRow(BlobFormat.TensorCountWord, -1, "counts")]
        [DataRow(BlobFormat.ArenaWord, 1 << 24, "arena")]
        [DataRow(BlobFormat.TableBufferWord, 1, "table buffer")]
        public void WrongHeaderIsRefused(int word, int value, string field)
        {
            byte[] blob = CopyOf(Samples.FullyConnected);
            SetWord(blob, word * 4, value);
            Seal(blob);
            Refused(blob, field);
        }

        [TestMethod]
        [DataRow(Record.Code, 99, "code")]
        [DataRow(Record.Length, FullyConnected.Words + 1, "length")]
        [DataRow(Record.Output, 1, "output")]
        [DataRow(FullyConnected.Input, -3, "input")]
        [DataRow(FullyConnected.Weights, 1 << 20, "weights")]
        [DataRow(FullyConnected.Depth, 0, "depth")]
        [DataRow(FullyConnected.OutputChannels, 0, "output channels")]
        [DataRow(FullyConnected.OutputZeroPoint, 128, "output zero point")]
        [DataRow(FullyConnected.ActivationMin, -129, "activation min")]
        public void WrongRecordIsRefused(int field, int value, string name)
        {
            byte[] blob = CopyOf(Samples.FullyConnected);
            int record = Model.Load(Samples.FullyConnected).MainProgram;
            SetWord(blob, BlobFormat.HeaderBytes + ((record + field) * 4), value);
            Seal(blob);
            Refused(blob, name);
        }

        [TestMethod]
        public void ChangedByteIsNoticed()
        {
            byte[] blob = CopyOf(Samples.FullyConnected);
            blob[blob.Length - 1] ^= 1;
            Refused(blob, "checksum");
        }

        [TestMethod]
        public void TruncationIsRefused()
        {
            for (int length = 0; length < Samples.FullyConnected.Length; length += 16)
            {
                byte[] cut = new byte[length];
                System.Array.Copy(Samples.FullyConnected, 0, cut, 0, length);
                Refused(cut, "length");
            }
        }

        private static void Refused(byte[] blob, string field)
        {
            BlobException refusal = null;
            try
            {
                Model.Load(blob);
            }
            catch (BlobException caught)
            {
                refusal = caught;
            }

            Assert.IsNotNull(refusal, "the blob was not refused");
            Assert.AreEqual(field, refusal.Field);
        }

        private static byte[] CopyOf(byte[] blob)
        {
            byte[] copy = new byte[blob.Length];
            System.Array.Copy(blob, 0, copy, 0, blob.Length);
            return copy;
        }

        private static void SetWord(byte[] blob, int position, int value)
        {
            System.Array.Copy(System.BitConverter.GetBytes(value), 0, blob, position, 4);
        }

        private static void Seal(byte[] blob)
        {
            Crc32 crc = new Crc32();
            crc.Append(blob, BlobFormat.ChecksumStart, blob.Length - BlobFormat.ChecksumStart);
            SetWord(blob, BlobFormat.ChecksumWord * 4, crc.Value);
        }
    }
}
