using System;

namespace EdgeInfer.Audio
{
    /// <summary>Reads a metadata chunk in order, and refuses what is out of range by field and byte position.</summary>
    internal sealed class ChunkReader
    {
        private readonly byte[] _chunk;
        private readonly string _name;
        private int _position;
        private string _field;
        private int _fieldPosition;

        /// <summary>Reads from the start.</summary>
        /// <param name="chunk">Content of the chunk.</param>
        /// <param name="name">What it describes, for errors.</param>
        internal ChunkReader(byte[] chunk, string name)
        {
            if (chunk == null) throw new ArgumentNullException(nameof(chunk));

            _chunk = chunk;
            _name = name;
        }

        /// <summary>An error about the field that was read last.</summary>
        internal BlobException Error(string reason)
        {
            return new BlobException(reason, _name, _field, _fieldPosition);
        }

        internal int Word(string field)
        {
            Begin(field, 4);
            _position += 4;
            return BitConverter.ToInt32(_chunk, _position - 4);
        }

        internal int Word(string field, int minimum, int maximum)
        {
            int value = Word(field);
            Check(value, minimum, maximum);
            return value;
        }

        internal short[] Halves(string field, int count, int minimum, int maximum)
        {
            Begin(field, count * 2);
            short[] values = new short[count];
            for (int i = 0; i < count; i++)
            {
                _fieldPosition = _position;
                short value = BitConverter.ToInt16(_chunk, _position);
                Check(value, minimum, maximum);
                values[i] = value;
                _position += 2;
            }

            return values;
        }

        internal byte[] Bytes(string field, int count)
        {
            Begin(field, count);
            byte[] values = new byte[count];
            for (int i = 0; i < count; i++) values[i] = _chunk[_position + i];
            _position += count;
            return values;
        }

        internal byte[] Bytes(string field, int count, int maximum)
        {
            byte[] values = Bytes(field, count);
            for (int i = 0; i < count; i++)
            {
                _fieldPosition = _position - count + i;
                Check(values[i], 0, maximum);
            }

            return values;
        }

        internal void End()
        {
            Begin("end", 0);
            if (_position != _chunk.Length) throw Error("the chunk goes on behind its content");
        }

        private void Begin(string field, int bytes)
        {
            _field = field;
            _fieldPosition = _position;
            if (bytes > _chunk.Length - _position) throw Error("the chunk of " + _chunk.Length.ToString() + " bytes ends too early");
        }

        private void Check(int value, int minimum, int maximum)
        {
            if (value < minimum || value > maximum)
            {
                throw Error(value.ToString() + " is not within " + minimum.ToString() + " and " + maximum.ToString());
            }
        }
    }
}
