namespace EdgeInfer
{
    /// <summary>
    /// CRC-32 as IEEE 802.3 has it (reflected polynomial 0xEDB88320, start and final value all ones).
    /// The table lives only as long as the object: it is needed while a blob is loaded, not after.
    /// </summary>
    public sealed class Crc32
    {
        private readonly int[] _table = new int[256];
        private int _state = -1;

        /// <summary>Creates a checksum of nothing.</summary>
        public Crc32()
        {
            int[] table = _table;
            for (int i = 0; i < 256; i++)
            {
                int c = i;
                for (int bit = 0; bit < 8; bit++)
                {
                    c = (c & 1) != 0 ? (int)((uint)c >> 1) ^ unchecked((int)0xEDB88320) : (int)((uint)c >> 1);
                }

                table[i] = c;
            }
        }

        /// <summary>The checksum of all that was appended.</summary>
        public int Value
        {
            get { return ~_state; }
        }

        /// <summary>Begins anew.</summary>
        public void Reset()
        {
            _state = -1;
        }

        /// <summary>Appends bytes.</summary>
        /// <param name="data">Holds the bytes.</param>
        /// <param name="offset">First byte.</param>
        /// <param name="count">Number of bytes.</param>
        public void Append(byte[] data, int offset, int count)
        {
            int[] table = _table;
            int c = _state;
            int end = offset + count;
            for (int i = offset; i < end; i++)
            {
                c = table[(c ^ data[i]) & 255] ^ (int)((uint)c >> 8);
            }

            _state = c;
        }

        /// <summary>Appends signed bytes, as a tensor holds them.</summary>
        /// <param name="data">Holds the bytes.</param>
        /// <param name="offset">First byte.</param>
        /// <param name="count">Number of bytes.</param>
        public void Append(sbyte[] data, int offset, int count)
        {
            int[] table = _table;
            int c = _state;
            int end = offset + count;
            for (int i = offset; i < end; i++)
            {
                c = table[(c ^ data[i]) & 255] ^ (int)((uint)c >> 8);
            }

            _state = c;
        }

        /// <summary>Appends the low <paramref name="width"/> bytes of a number, the lowest first.</summary>
        /// <param name="value">The number.</param>
        /// <param name="width">1 to 4.</param>
        public void Append(int value, int width)
        {
            int c = _state;
            for (int i = 0; i < width; i++)
            {
                c = _table[(c ^ value) & 255] ^ (int)((uint)c >> 8);
                value >>= 8;
            }

            _state = c;
        }
    }
}
