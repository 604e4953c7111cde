using System;

namespace EdgeInfer
{
    /// <summary>
    /// The evidence that a blob carries: what its layers and outputs must come to on pseudo-random input. A device that
    /// passes computes what the converter's host did, byte for byte.
    /// </summary>
    /// <remarks>
    /// The chunk "TEST" holds 32-bit words: number of frames, low and high half of the seed, CRC-32 of the outputs of all
    /// frames, then for every operator the CRC-32 of what it wrote in the first frame. Input bytes come from
    /// x = x * 6364136223846793005 + 1442695040888963407 (mod 2^64), byte = (x >> 33) and 255, x stepped before each byte;
    /// a float element is (byte - 128) / 64.
    /// </remarks>
    public sealed class SelfTest
    {
        /// <summary>Tag of the chunk: "TEST".</summary>
        public const int Tag = 0x54534554;

        /// <summary>Words before those of the operators.</summary>
        public const int HeadWords = 4;

        /// <summary>Most frames that a test may have, so that a damaged chunk cannot keep a device busy for ever.</summary>
        public const int MaximumFrames = 1024;

        /// <summary>What <see cref="Run"/> returns where everything agrees.</summary>
        public const int Passed = -1;

        private readonly Interpreter _interpreter;
        private readonly Crc32 _outputs = new Crc32();
        private readonly Crc32 _layer = new Crc32();
        private readonly int[] _operators;
        private ulong _random;

        private SelfTest(Interpreter interpreter, ulong seed)
        {
            _interpreter = interpreter;
            _operators = new int[interpreter.Model.OperatorCount];
            _random = seed;
        }

        /// <summary>Runs the test that a model carries. The interpreter is reset before and after.</summary>
        /// <param name="interpreter">Runs the model.</param>
        /// <returns>
        /// <see cref="Passed"/>; or the index of the first operator that wrote something else; or the number of operators
        /// where only a later frame's outputs differ.
        /// </returns>
        /// <exception cref="InvalidOperationException">The blob carries no self-test, or one with too many frames.</exception>
        public static int Run(Interpreter interpreter)
        {
            byte[] chunk = interpreter.Model.ReadMetadata(Tag);
            int operators = interpreter.Model.OperatorCount;
            if (chunk == null || chunk.Length != (HeadWords + operators) * 4) throw new InvalidOperationException("The blob carries no self-test.");

            int[] expected = new int[HeadWords + operators];
            for (int i = 0; i < expected.Length; i++) expected[i] = BitConverter.ToInt32(chunk, i * 4);
            if (expected[0] < 1 || expected[0] > MaximumFrames) throw new InvalidOperationException("The blob's self-test has " + expected[0].ToString() + " frames, allowed are 1 to 1024.");
            int[] actual = Compute(interpreter, expected[0], (uint)expected[1] | ((ulong)(uint)expected[2] << 32));
            for (int i = 0; i < operators; i++)
            {
                if (actual[HeadWords + i] != expected[HeadWords + i]) return i;
            }

            return actual[HeadWords - 1] == expected[HeadWords - 1] ? Passed : operators;
        }

        /// <summary>Computes the words of the chunk. The interpreter is reset before and after.</summary>
        /// <param name="interpreter">Runs the model.</param>
        /// <param name="frames">Number of inferences, states kept from one to the next; at least one.</param>
        /// <param name="seed">Start of the pseudo-random input.</param>
        /// <returns>The words of the chunk.</returns>
        public static int[] Compute(Interpreter interpreter, int frames, ulong seed)
        {
            SelfTest test = new SelfTest(interpreter, seed);

            // A record may write only a part of its tensor (a concatenation is several copies), and its checksum covers
            // the whole: what an earlier inference left in the rest must not count.
            interpreter.Arena.Clear();
            interpreter.Reset();
            for (int frame = 0; frame < frames; frame++) test.RunFrame(frame == 0);
            interpreter.Reset();

            int[] words = new int[HeadWords + test._operators.Length];
            words[0] = frames;
            words[1] = (int)seed;
            words[2] = (int)(seed >> 32);
            words[3] = test._outputs.Value;
            Array.Copy(test._operators, 0, words, HeadWords, test._operators.Length);
            return words;
        }

        private void RunFrame(bool checksums)
        {
            for (int i = 0; i < _interpreter.InputCount; i++) Randomize(_interpreter.Input(i));
            int record = _interpreter.Model.MainProgram;
            int[] words = _interpreter.Model.Words;
            bool complete = _operators.Length == 0;
            while (!complete)
            {
                int running = _interpreter.NextOperator;
                complete = _interpreter.Step(1);
                if (complete || _interpreter.NextOperator != running)
                {
                    if (checksums) _operators[running] = ChecksumOf(words[record + Record.Output]);
                    record += words[record + Record.Length];
                }
            }

            for (int i = 0; i < _interpreter.OutputCount; i++) Append(_outputs, _interpreter.Output(i).Type, _interpreter.Output(i).Offset, _interpreter.Output(i).Count);
        }

        private int ChecksumOf(int entry)
        {
            if (entry == Record.None) return 0;

            int[] words = _interpreter.Model.Words;
            _layer.Reset();
            TensorType type = BlobFormat.TypeOf(words, entry);
            Append(_layer, type, words[entry + BlobFormat.TensorOffset], words[entry + BlobFormat.TensorCount]);
            return _layer.Value;
        }

        private void Append(Crc32 crc, TensorType type, int offset, int count)
        {
            Arena arena = _interpreter.Arena;
            switch (type)
            {
                case TensorType.Int8:
                case TensorType.UInt8:
                    crc.Append(arena.Int8, offset, count);
                    break;
                case TensorType.Int16:
                    for (int i = 0; i < count; i++) crc.Append(arena.Int16[offset + i], 2);
                    break;
                case TensorType.Int32:
                    for (int i = 0; i < count; i++) crc.Append(arena.Int32[offset + i], 4);
                    break;
                case TensorType.Float32:
                    for (int i = 0; i < count; i++) crc.Append(BitConverter.ToInt32(BitConverter.GetBytes(arena.Float32[offset + i]), 0), 4);
                    break;
            }
        }

        private void Randomize(Tensor tensor)
        {
            for (int i = 0; i < tensor.Count; i++)
            {
                switch (tensor.Type)
                {
                    case TensorType.Float32:
                        tensor.Float32[tensor.Offset + i] = (NextByte() - 128) / 64f;
                        break;
                    case TensorType.Int16:
                        tensor[i] = NextByte() | (NextByte() << 8);
                        break;
                    case TensorType.Int32:
                        tensor[i] = NextByte() | (NextByte() << 8) | (NextByte() << 16) | (NextByte() << 24);
                        break;
                    default:
                        tensor[i] = NextByte();
                        break;
                }
            }
        }

        private int NextByte()
        {
            _random = (_random * 6364136223846793005UL) + 1442695040888963407UL;
            return (int)(_random >> 33) & 255;
        }
    }
}
