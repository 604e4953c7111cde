using System;

namespace EdgeInfer
{
    /// <summary>
    /// CRC-32 as IEEE 802.3 has it (reflected polynomial 0xEDB88320, start and final value all ones).
    /// The tables live only as long as the object: they are needed while a blob is loaded, not after.
    /// </summary>
    /// <remarks>
    /// Long arrays are taken four bytes at a time: the checksum is linear, so that a byte's share can be looked up in a table
    /// that is already shifted past the bytes behind it. Those tables are made when the first array comes.
    /// </remarks>
    public sealed class Crc32
    {
        private readonly int[] _table = new int[256];
        private int[] _table1;
        private int[] _table2;
        private int[] _table3;
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
            if (_table1 == null) CreateShiftedTables();
            int c = _state;
            int[] table = _table;
            int[] table1 = _table1;
            int[] table2 = _table2;
            int[] table3 = _table3;
            int i = offset;
            int end = offset + count;
            for (int words = end - 3; i < words; i += 4)
            {
                c ^= BitConverter.ToInt32(data, i);
                c = table3[c & 255] ^ table2[(c >> 8) & 255] ^ table1[(c >> 16) & 255] ^ table[(c >> 24) & 255];
            }

            for (; i < end; i++) c = table[(c ^ data[i]) & 255] ^ (int)((uint)c >> 8);

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

        private void CreateShiftedTables()
        {
            _table1 = ShiftedBy8(_table);
            _table2 = ShiftedBy8(_table1);
            _table3 = ShiftedBy8(_table2);
        }

        private int[] ShiftedBy8(int[] source)
        {
            int[] table = _table;
            int[] target = new int[256];
            for (int i = 0; i < 256; i++)
            {
                int c = source[i];
                target[i] = table[c & 255] ^ (int)((uint)c >> 8);
            }

            return target;
        }
    }
}
