using System;

namespace EdgeInfer.Audio
{
    /// <summary>
    /// How audio arrives as bytes, little endian: the width of a slot, the channels of a frame and the one that is listened to.
    /// I2S microphones give two channels even where only one of them carries a signal.
    /// </summary>
    public sealed class PcmFormat
    {
        private readonly int _shift;

        private PcmFormat(int slotBytes, int channels, int channel, int gainBits)
        {
            if (channel < 0 || channel >= channels) throw new ArgumentOutOfRangeException(nameof(channel));
            if (gainBits < 0 || gainBits > 15) throw new ArgumentOutOfRangeException(nameof(gainBits));

            SlotBytes = slotBytes;
            FrameBytes = slotBytes * channels;
            Channel = channel;
            _shift = 16 - gainBits;
        }

        /// <summary>16 bits, one channel: a WAV file.</summary>
        public static PcmFormat Mono16
        {
            get { return new PcmFormat(2, 1, 0, 0); }
        }

        /// <summary>Bytes of one channel's sample.</summary>
        public int SlotBytes { get; }

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
            return new PcmFormat(2, 2, channel, 0);
        }

        /// <summary>
        /// 32 bits, two channels. A microphone fills 24 of them, and speech only the lower ones: the gain takes as many of those as it has bits.
        /// </summary>
        /// <param name="channel">0 left, 1 right.</param>
        /// <param name="gainBits">0 to 15: samples are the upper 16 bits times 2 to this, limited to 16 bits.</param>
        /// <returns>The format.</returns>
        /// <exception cref="ArgumentOutOfRangeException">There is no such channel, or no such gain.</exception>
        public static PcmFormat Stereo32(int channel, int gainBits)
        {
            return new PcmFormat(4, 2, channel, gainBits);
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
            if (SlotBytes == 4) DecodeWide(bytes, start, samples, offset, offset + count);
            else if (FrameBytes == 4) DecodeStereo(bytes, start, samples, offset, offset + count);
            else DecodeMono(bytes, start, samples, offset, offset + count);
        }

        /// <summary>One sample by itself, without the gain.</summary>
        internal int Peek(byte[] bytes, int frameStart)
        {
            int high = frameStart + (Channel * SlotBytes) + SlotBytes - 1;
            return (short)((bytes[high] << 8) | bytes[high - 1]);
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

        private void DecodeWide(byte[] bytes, int i, short[] samples, int offset, int end)
        {
            int shift = _shift + (32 * Channel);
            bool left = Channel == 0;
            int leftShift = _shift;
            for (; offset < end; i += 8)
            {
                long frame = BitConverter.ToInt64(bytes, i);
                int value = left ? (int)frame >> leftShift : (int)(frame >> shift);
                samples[offset] = (short)(value < -32768 ? -32768 : value > 32767 ? 32767 : value);
                offset++;
            }
        }
    }
}
