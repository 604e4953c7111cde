using System;
using System.Device.I2s;
using EdgeInfer.Audio;
using nanoFramework.Hardware.Esp32;

namespace KeywordSpotting
{
    /// <summary>
    /// An I2S microphone. The driver always clocks 32 bits a channel, as such microphones want it, and gives the upper 16 of both
    /// channels; a microphone fills one of them.
    /// </summary>
    internal sealed class Microphone : IDisposable
    {
        private const int Bus = 1;
        private const int FrameBytes = 4;

        /// <summary>The driver's own buffer: 1024 frames of 8 bytes, 64 ms at 16 kHz.</summary>
        private const int DriverBytes = 8192;

        private const int ProbeBlocks = 10;

        private readonly int _blockMilliseconds;
        private I2sDevice _device;
        private int _sampleRate;

        /// <summary>Microseconds of audio that the driver held when it was read last, and when that was.</summary>
        private long _held;
        private long _lastRead;

        internal Microphone(int blockMilliseconds)
        {
            _blockMilliseconds = blockMilliseconds;
        }

        /// <summary>The block that was read last.</summary>
        internal byte[] Block { get; private set; }

        /// <summary>
        /// Samples that came while the driver's buffer was full, as far as the clock tells: the driver does not say. A read that had to wait found the
        /// buffer empty, so that clocks which differ do not add up.
        /// </summary>
        internal long LostSamples { get; private set; }

        /// <summary>Starts the microphone and finds out on which channel it is.</summary>
        /// <param name="sampleRate">Samples a second.</param>
        /// <returns>0 for left, 1 for right.</returns>
        internal int Start(int sampleRate)
        {
            Configuration.SetPinFunction(Pins.MicrophoneClock, DeviceFunction.I2S1_BCK);
            Configuration.SetPinFunction(Pins.MicrophoneWordSelect, DeviceFunction.I2S1_WS);
            Configuration.SetPinFunction(Pins.MicrophoneData, DeviceFunction.I2S1_MDATA_IN);
            _device = new I2sDevice(new I2sConnectionSettings(Bus)
            {
                BitsPerSample = I2sBitsPerSample.Bit16,
                BufferSize = DriverBytes,
                ChannelFormat = I2sChannelFormat.RightLeft,
                CommunicationFormat = I2sCommunicationFormat.I2S,
                Mode = I2sMode.Master | I2sMode.Rx,
                SampleRate = sampleRate,
            });
            _sampleRate = sampleRate;
            _lastRead = Stopwatch.Now;
            Block = new byte[sampleRate / 1000 * _blockMilliseconds * FrameBytes];
            return FindChannel();
        }

        /// <summary>Waits until a block of audio is there, and reads it.</summary>
        internal void Read()
        {
            long capacity = DriverBytes / 8 * 1000000L / _sampleRate;
            long start = Stopwatch.Now;
            long held = _held + start - _lastRead;
            if (held > capacity)
            {
                LostSamples += (held - capacity) * _sampleRate / 1000000;
                held = capacity;
            }

            _device.Read(Block);
            _lastRead = Stopwatch.Now;
            held += _lastRead - start - (_blockMilliseconds * 1000);
            _held = held > 0 ? held : 0;
        }

        /// <summary>Stops the microphone.</summary>
        public void Dispose()
        {
            if (_device != null) _device.Dispose();
        }

        /// <summary>
        /// The pin L/R of a microphone, and the chip, decide which channel carries the signal; the other one is still. The first block is left out: a
        /// microphone clicks when its clock begins.
        /// </summary>
        private int FindChannel()
        {
            PcmFormat left = PcmFormat.Stereo16(0);
            PcmFormat right = PcmFormat.Stereo16(1);
            EnergyGate leftLevel = new EnergyGate(12, 1, 0);
            EnergyGate rightLevel = new EnergyGate(12, 1, 0);
            int difference = 0;
            Read();
            for (int i = 0; i < ProbeBlocks; i++)
            {
                Read();
                leftLevel.Process(left, Block, 0, Block.Length);
                rightLevel.Process(right, Block, 0, Block.Length);
                difference += rightLevel.Level - leftLevel.Level;
            }

            return difference > 0 ? 1 : 0;
        }
    }
}
