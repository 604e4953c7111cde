namespace System;

/// <summary>Stand-in of nanoFramework's type.</summary>
public readonly struct SpanByte
{
    private readonly byte[] _array;

    public SpanByte(byte[] array)
    {
        _array = array;
    }

    public byte[] ToArray() => _array;

    public static implicit operator SpanByte(byte[] array) => new(array);
}
