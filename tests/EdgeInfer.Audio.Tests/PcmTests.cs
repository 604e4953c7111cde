using CsCheck;

namespace EdgeInfer.Audio.Tests;

/// <summary>From the bytes that a microphone gives to samples, through the ring, however the blocks are cut.</summary>
public class PcmTests
{
    public static TheoryData<string> Formats => ["mono", "left", "right"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Samples_come_out_as_they_went_in_however_blocks_are_cut(string name)
    {
        (PcmFormat format, Func<int, byte[]> encode, Func<int, short> expect) = Find(name);
        Gen.Select(Gen.Int, Gen.Int[1, 40].Array[1, 30], Gen.Int[1, 40].Array[1, 30]).Sample((seed, writes, reads) =>
        {
            AudioRing ring = new(format, 64);
            Random random = new(seed);
            Queue<short> expected = new();
            for (int i = 0; i < Math.Max(writes.Length, reads.Length); i++)
            {
                int count = Math.Min(writes[i % writes.Length], ring.Capacity - ring.Available);
                int[] values = [.. Enumerable.Range(0, count).Select(_ => random.Next(int.MinValue, int.MaxValue))];
                byte[] bytes = [1, 2, 3, .. values.SelectMany(encode), 4];
                ring.Write(bytes, 3, bytes.Length - 4);
                foreach (int value in values) expected.Enqueue(expect(value));

                short[] samples = new short[50];
                int wanted = Math.Min(reads[i % reads.Length], ring.Available);
                ring.Read(samples, 5, wanted);
                Assert.Equal(Enumerable.Range(0, wanted).Select(_ => expected.Dequeue()), samples[5..(5 + wanted)]);
                Assert.Equal(expected.Count, ring.Available);
            }

            Assert.Equal(0, ring.Lost);
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void What_does_not_fit_takes_the_place_of_the_oldest()
    {
        AudioRing ring = new(PcmFormat.Mono16, 4);
        ring.Write([1, 0, 2, 0, 3, 0], 0, 6);
        ring.Write([4, 0, 5, 0], 0, 4);
        Assert.Equal((4, 1L), (ring.Available, ring.Lost));
        ring.Write([6, 0, 7, 0, 8, 0, 9, 0, 10, 0, 11, 0], 0, 12);
        Assert.Equal((4, 7L), (ring.Available, ring.Lost));
        short[] samples = new short[4];
        ring.Read(samples, 0, 4);
        Assert.Equal([8, 9, 10, 11], samples);
    }

    [Fact]
    public void Keeping_some_drops_the_oldest()
    {
        AudioRing ring = new(PcmFormat.Mono16, 4);
        ring.Write([1, 0, 2, 0, 3, 0], 0, 6);
        Assert.Equal((0, 1), (ring.Keep(3), ring.Keep(2)));
        short[] samples = new short[2];
        ring.Read(samples, 0, 2);
        Assert.Equal([2, 3], samples);
        Assert.Equal(0, ring.Lost);
    }

    [Fact]
    public void The_gate_opens_for_what_is_louder_than_the_room_and_closes_again()
    {
        EnergyGate gate = new(12, 20, 3200);
        byte[] quiet = Block(10), loud = Block(3000);
        for (int i = 0; i < 200; i++) gate.Process(PcmFormat.Mono16, quiet, 0, quiet.Length);
        Assert.False(gate.IsOpen);
        gate.Process(PcmFormat.Mono16, loud, 0, loud.Length);
        Assert.True(gate.IsOpen);
        int blocks = 0;
        for (; gate.IsOpen; blocks++) gate.Process(PcmFormat.Mono16, quiet, 0, quiet.Length);
        Assert.Equal(11, blocks);

        // A room that becomes louder is a louder room after a while.
        byte[] hum = Block(200);
        for (int i = 0; i < 1500; i++) gate.Process(PcmFormat.Mono16, hum, 0, hum.Length);
        Assert.False(gate.IsOpen);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnergyGate(4, 20, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnergyGate(12, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnergyGate(12, 20, -1));

        static byte[] Block(int level)
        {
            Random random = new(level);
            return [.. Enumerable.Range(0, 320).SelectMany(_ => BitConverter.GetBytes((short)(500 + random.Next(-level, level + 1))))];
        }
    }

    [Fact]
    public void Refuses_what_is_no_audio()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PcmFormat.Stereo16(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => PcmFormat.Stereo16(-1));
        Assert.Throws<ArgumentNullException>(() => new AudioRing(null, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AudioRing(PcmFormat.Mono16, 0));
        AudioRing ring = new(PcmFormat.Stereo16(0), 8);
        Assert.Throws<ArgumentNullException>(() => ring.Write(null, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Write(new byte[8], 0, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Write(new byte[8], 4, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Read(new short[8], 0, 1));
        Assert.Throws<ArgumentNullException>(() => ring.Read(null, 0, 0));
        ring.Write(new byte[32], 0, 32);
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Read(new short[8], 7, 2));
    }

    private static (PcmFormat Format, Func<int, byte[]> Encode, Func<int, short> Expect) Find(string name)
    {
        static byte[] Two(int value) => [(byte)value, (byte)(value >> 8)];
        return name switch
        {
            "mono" => (PcmFormat.Mono16, Two, value => (short)value),
            "left" => (PcmFormat.Stereo16(0), value => [.. Two(value), .. Two(~value)], value => (short)value),
            _ => (PcmFormat.Stereo16(1), value => [.. Two(~value), .. Two(value)], value => (short)value),
        };
    }
}
