using System;

namespace EdgeInfer
{
    /// <summary>
    /// An input or output of a model, and where its elements lie in the arena.
    /// real value = <see cref="Scale"/> * (element - <see cref="ZeroPoint"/>).
    /// </summary>
    public sealed class Tensor
    {
        private readonly Arena _arena;

        internal Tensor(Model model, Arena arena, int port)
        {
            int[] words = model.Words;
            int entry = words[port + BlobFormat.PortTensor];
            _arena = arena;
            Type = BlobFormat.TypeOf(words, entry);
            Offset = words[entry + BlobFormat.TensorOffset];
            Count = words[entry + BlobFormat.TensorCount];
            Scale = BitConverter.ToSingle(BitConverter.GetBytes(words[port + BlobFormat.PortScale]), 0);
            ZeroPoint = words[port + BlobFormat.PortZeroPoint];
            Shape = new int[words[port + BlobFormat.PortRank]];
            for (int i = 0; i < Shape.Length; i++) Shape[i] = words[port + BlobFormat.PortShape + i];
        }

        /// <summary>Element type.</summary>
        public TensorType Type { get; }

        /// <summary>Dimensions, the slowest first; images are NHWC.</summary>
        public int[] Shape { get; }

        /// <summary>Number of elements.</summary>
        public int Count { get; }

        /// <summary>Scale; 0 where the tensor is not quantized.</summary>
        public float Scale { get; }

        /// <summary>Zero point.</summary>
        public int ZeroPoint { get; }

        /// <summary>First element in the array of the arena: <see cref="Int8"/>, or the one that fits <see cref="Type"/>.</summary>
        public int Offset { get; }

        /// <summary>The array that holds 8-bit elements, from <see cref="Offset"/> on.</summary>
        public sbyte[] Int8
        {
            get { return _arena.Int8; }
        }

        /// <summary>The array that holds 16-bit elements, from <see cref="Offset"/> on.</summary>
        public short[] Int16
        {
            get { return _arena.Int16; }
        }

        /// <summary>The array that holds 32-bit elements, from <see cref="Offset"/> on.</summary>
        public int[] Int32
        {
            get { return _arena.Int32; }
        }

        /// <summary>The array that holds float elements, from <see cref="Offset"/> on.</summary>
        public float[] Float32
        {
            get { return _arena.Float32; }
        }

        /// <summary>An integer element, as it is stored.</summary>
        /// <param name="index">0 to <see cref="Count"/> - 1.</param>
        /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
        /// <exception cref="InvalidOperationException">The tensor is not of integers.</exception>
        public int this[int index]
        {
            get
            {
                int i = Position(index);
                switch (Type)
                {
                    case TensorType.Int8: return _arena.Int8[i];
                    case TensorType.UInt8: return _arena.Int8[i] & 255;
                    case TensorType.Int16: return _arena.Int16[i];
                    case TensorType.Int32: return _arena.Int32[i];
                    default: throw new InvalidOperationException("The tensor holds floats.");
                }
            }

            set
            {
                int i = Position(index);
                switch (Type)
                {
                    case TensorType.Int8:
                    case TensorType.UInt8:
                        _arena.Int8[i] = (sbyte)value;
                        break;
                    case TensorType.Int16:
                        _arena.Int16[i] = (short)value;
                        break;
                    case TensorType.Int32:
                        _arena.Int32[i] = value;
                        break;
                    default:
                        throw new InvalidOperationException("The tensor holds floats.");
                }
            }
        }

        /// <summary>Copies 8-bit elements into the tensor.</summary>
        /// <param name="values">Holds the elements.</param>
        /// <param name="start">First element in <paramref name="values"/>; <see cref="Count"/> are copied.</param>
        /// <exception cref="InvalidOperationException">The tensor is not of 8-bit integers.</exception>
        public void CopyFrom(sbyte[] values, int start)
        {
            DemandBytes();
            Array.Copy(values, start, _arena.Int8, Offset, Count);
        }

        /// <summary>Copies the tensor's 8-bit elements.</summary>
        /// <param name="values">Receives <see cref="Count"/> elements.</param>
        /// <param name="start">Where the first one goes.</param>
        /// <exception cref="InvalidOperationException">The tensor is not of 8-bit integers.</exception>
        public void CopyTo(sbyte[] values, int start)
        {
            DemandBytes();
            Array.Copy(_arena.Int8, Offset, values, start, Count);
        }

        /// <summary>An element as a real number.</summary>
        /// <param name="index">0 to <see cref="Count"/> - 1.</param>
        /// <returns>The dequantized value.</returns>
        /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
        public float GetReal(int index)
        {
            return Type == TensorType.Float32 ? _arena.Float32[Position(index)] : Scale * (this[index] - ZeroPoint);
        }

        /// <summary>Index of the largest element: the class that a classifier's output stands for.</summary>
        /// <returns>The first of the largest elements.</returns>
        public int ArgMax()
        {
            int best = 0;
            for (int i = 1; i < Count; i++)
            {
                if (Type == TensorType.Float32 ? _arena.Float32[Offset + i] > _arena.Float32[Offset + best] : this[i] > this[best]) best = i;
            }

            return best;
        }

        private int Position(int index)
        {
            if (index < 0 || index >= Count) throw new ArgumentOutOfRangeException(nameof(index));
            return Offset + index;
        }

        private void DemandBytes()
        {
            if (Type != TensorType.Int8 && Type != TensorType.UInt8) throw new InvalidOperationException("The tensor does not hold 8-bit integers.");
        }
    }
}
