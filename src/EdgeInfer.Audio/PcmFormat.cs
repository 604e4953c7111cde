using System;

namespace EdgeInfer.Audio
{
    /// <summary>
    /// How audio arrives as bytes: 16-bit samples, little endian, of one channel or of two of which one is listened to.
    /// I2S microphones give two channels even where only one of them carries a signal.
    /// </summary>
    public sealed class PcmFormat
    {
        private PcmFormat(int channels, int channel)
        {
            if (channel < 0 || channel >= channels) throw new ArgumentOutOfRangeException(nameof(channel));

            FrameBytes = 2 * channels;
            Channel = channel;
        }

        /// <summary>16 bits, one channel: a WAV file.</summary>
        public static PcmFormat Mono16
        {
            get { return new PcmFormat(1, 0); }
        }

        /// <summary>Bytes from one sample to the next.</summary>
        public int FrameBytes { get; }

        /// <summary>The channel that is listened to.</summary>
        public int Channel { get; }

        /// <summary>16 bits, two channels.</summary>
        /// <param name="channel">0 left, 1 right.</param>
        /// <returns>The format.</returns>
        /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
        public static PcmFormat Stereo16(int channel)
        {
            return new PcmFormat(2, channel);
        }

        /// <summary>
        /// Makes samples of bytes. One call to BitConverter fetches eight bytes for less than what loading four single ones costs on the interpreter.
        /// </summary>
        /// <param name="bytes">Whole frames.</param>
        /// <param name="start">The first byte of the first frame.</param>
        /// <param name="samples">Receives the samples.</param>
        /// <param name="offset">Where the first one goes.</param>
        /// <param name="count">Number of samples.</param>
        internal void Decode(byte[] bytes, int start, short[] samples, int offset, int count)
        {
            if (FrameBytes == 4) DecodeStereo(bytes, start, samples, offset, offset + count);
            else DecodeMono(bytes, start, samples, offset, offset + count);
        }

        private static void DecodeMono(byte[] bytes, int i, short[] samples, int offset, int end)
        {
            for (int last = end - 8; offset <= last; offset += 8)
            {
                long four = BitConverter.ToInt64(bytes, i);
                samples[offset] = (short)four;
                samples[offset + 1] = (short)(four >> 16);
                samples[offset + 2] = (short)(four >> 32);
                samples[offset + 3] = (short)(four >> 48);
                four = BitConverter.ToInt64(bytes, i + 8);
                samples[offset + 4] = (short)four;
                samples[offset + 5] = (short)(four >> 16);
                samples[offset + 6] = (short)(four >> 32);
                samples[offset + 7] = (short)(four >> 48);
                i += 16;
            }

            for (; offset < end; i += 2)
            {
                samples[offset] = (short)(bytes[i] | (bytes[i + 1] << 8));
                offset++;
            }
        }

        private void DecodeStereo(byte[] bytes, int start, short[] samples, int offset, int end)
        {
            // The eight bytes begin with the channel; behind the last of them a frame must follow, or the right one's would reach beyond the array.
            int i = start + (2 * Channel);
            for (int last = end - 9; offset <= last; offset += 8)
            {
                long two = BitConverter.ToInt64(bytes, i);
                samples[offset] = (short)two;
                samples[offset + 1] = (short)(two >> 32);
                two = BitConverter.ToInt64(bytes, i + 8);
                samples[offset + 2] = (short)two;
                samples[offset + 3] = (short)(two >> 32);
                two = BitConverter.ToInt64(bytes, i + 16);
                samples[offset + 4] = (short)two;
                samples[offset + 5] = (short)(two >> 32);
                two = BitConverter.ToInt64(bytes, i + 24);
                samples[offset + 6] = (short)two;
                samples[offset + 7] = (short)(two >> 32);
                i += 32;
            }

            for (; offset < end; i += 4)
            {
                samples[offset] = (short)(bytes[i] | (bytes[i + 1] << 8));
                offset++;
            }
        }
    }
}
