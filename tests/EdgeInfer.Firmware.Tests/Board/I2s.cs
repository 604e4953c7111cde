using EdgeInfer.Firmware.Tests;

namespace System.Device.I2s;

#pragma warning disable CA1027, CA2217, CA1008 // Values are those of the firmware.

public enum I2sBitsPerSample
{
    Bit16 = 16,
}

public enum I2sChannelFormat
{
    RightLeft = 0,
}

public enum I2sCommunicationFormat
{
    I2S = 1,
}

public enum I2sMode
{
    Master = 1,
    Rx = 8,
}

public sealed class I2sConnectionSettings(int busId)
{
    public int BusId { get; } = busId;

    public I2sBitsPerSample BitsPerSample { get; set; }

    public int BufferSize { get; set; }

    public I2sChannelFormat ChannelFormat { get; set; }

    public I2sCommunicationFormat CommunicationFormat { get; set; }

    public I2sMode Mode { get; set; }

    public int SampleRate { get; set; }
}

/// <summary>Stand-in: gives the simulated board's sound in the one format whose way through the firmware is known.</summary>
public sealed class I2sDevice(I2sConnectionSettings settings) : IDisposable
{
    private bool _isDisposed;

    public I2sConnectionSettings ConnectionSettings { get; } = settings;

    public void Read(SpanByte buffer)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Assert.Equal((1, I2sBitsPerSample.Bit16, I2sChannelFormat.RightLeft, (I2sMode)9), (ConnectionSettings.BusId, ConnectionSettings.BitsPerSample, ConnectionSettings.ChannelFormat, ConnectionSettings.Mode));
        Assert.Equal(SimulatedBoard.DriverFrames * 8, ConnectionSettings.BufferSize);
        SimulatedBoard.Read(buffer.ToArray(), ConnectionSettings.SampleRate);
    }

    public void Dispose() => _isDisposed = true;
}
