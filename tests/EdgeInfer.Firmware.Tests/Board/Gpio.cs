using EdgeInfer.Firmware.Tests;

namespace System.Device.Gpio;

public enum PinMode
{
    Input = 0,
    Output = 3,
}

public readonly struct PinValue
{
    private readonly bool _isHigh;

    private PinValue(bool isHigh)
    {
        _isHigh = isHigh;
    }

    public static PinValue High => new(true);

    public static PinValue Low => new(false);

    public static explicit operator bool(PinValue value) => value._isHigh;
}

/// <summary>Stand-in: remembers what is written.</summary>
public sealed class GpioPin
{
    internal GpioPin(int number)
    {
        PinNumber = number;
    }

    public int PinNumber { get; }

    public void Write(PinValue value)
    {
        Assert.Equal(PinMode.Output, SimulatedBoard.Open[PinNumber]);
        SimulatedBoard.Writes.Add((PinNumber, (bool)value, SimulatedBoard.Now));
    }
}

public sealed class GpioController
{
    public GpioPin OpenPin(int pinNumber, PinMode mode)
    {
        SimulatedBoard.Open.Add(pinNumber, mode);
        return new GpioPin(pinNumber);
    }
}
