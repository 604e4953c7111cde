using CsCheck;

namespace EdgeInfer.Tests.Runtime;

public class Crc32Tests
{
    [Fact]
    public void Has_the_check_value_of_the_standard()
    {
        Crc32 crc = new();
        crc.Append("123456789"u8.ToArray(), 0, 9);
        Assert.Equal(unchecked((int)0xCBF43926), crc.Value);
    }

    [Fact]
    public void Is_the_same_however_the_bytes_come() =>
        Gen.Byte.Array[0, 40].Sample(bytes =>
        {
            int expected = Bitwise(bytes);
            Assert.Equal(expected, Of(crc => crc.Append(bytes, 0, bytes.Length)));
            Assert.Equal(expected, Of(crc => crc.Append([.. bytes.Select(b => (sbyte)b)], 0, bytes.Length)));
            Assert.Equal(expected, Of(crc => Array.ForEach(bytes, b => crc.Append(b, 1))));
            Assert.Equal(expected, Of(crc =>
            {
                int middle = bytes.Length / 3;
                crc.Append(bytes, 0, middle);
                crc.Append(bytes, middle, bytes.Length - middle);
            }));
        });

    private static int Of(Action<Crc32> append)
    {
        Crc32 crc = new();
        append(crc);
        return crc.Value;
    }

    /// <summary>The definition: division by the polynomial, bit by bit.</summary>
    private static int Bitwise(byte[] bytes)
    {
        uint c = uint.MaxValue;
        foreach (byte b in bytes)
        {
            c ^= b;
            for (int bit = 0; bit < 8; bit++) c = (c & 1) != 0 ? (c >> 1) ^ 0xEDB88320 : c >> 1;
        }

        return (int)~c;
    }
}
