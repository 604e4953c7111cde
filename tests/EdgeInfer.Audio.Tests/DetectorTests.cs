namespace EdgeInfer.Audio.Tests;

/// <summary>From posteriors to detections, and the chunk that says how.</summary>
public class DetectorTests
{
    [Fact]
    public void A_keyword_is_detected_once_its_mean_reaches_the_threshold()
    {
        KeywordDetector detector = new(Settings(smoothing: 4, on: 150, off: 60));
        Assert.Equal([-1, -1, 1, -1, -1], Feed(detector, (1, 200), (1, 200), (1, 200), (1, 255), (1, 255)));
        Assert.Equal((1, 227), (detector.Active, detector.Score(1)));
    }

    [Fact]
    public void It_is_detected_again_only_when_its_mean_has_fallen_below_the_lower_threshold()
    {
        KeywordDetector detector = new(Settings(smoothing: 1, on: 150, off: 60));
        Assert.Equal([1, -1, -1, 1], Feed(detector, (1, 150), (1, 60), (1, 255), (1, 255), (1, 59), (1, 200)).Where((_, i) => i is 0 or 2 or 3 or 5));
        Assert.Equal(1, detector.Active);
    }

    [Fact]
    public void Another_keyword_waits_for_the_refractory_time()
    {
        KeywordDetector detector = new(Settings(smoothing: 1, on: 150, off: 60, refractory: 2));
        Assert.Equal([1, -1, -1, 2, -1], Feed(detector, (1, 200), (2, 200), (2, 200), (2, 200), (2, 200)));
    }

    [Fact]
    public void Background_is_never_detected()
    {
        KeywordDetector detector = new(Settings(smoothing: 1, on: 1, off: 0));
        Assert.Equal([-1, 2], Feed(detector, (0, 255), (2, 1)));
        Assert.Equal(0, detector.Score(0));
    }

    [Fact]
    public void The_first_inferences_are_left_out_and_a_reset_forgets_everything()
    {
        KeywordDetector detector = new(Settings(smoothing: 1, on: 150, off: 60, warmUp: 2));
        Assert.Equal([-1, -1, 1], Feed(detector, (1, 200), (1, 200), (1, 200)));
        detector.Reset();
        Assert.Equal((KeywordDetector.None, 0), (detector.Active, detector.Score(1)));
        Assert.Equal([-1, -1, 2], Feed(detector, (1, 200), (1, 200), (2, 200)));
    }

    [Fact]
    public void Unsigned_posteriors_have_their_own_zero_point()
    {
        KeywordDetector detector = new(DetectorSettings.Read(Chunk(on: 200, keywords: [1])));
        Assert.Equal([-1, 0], new[] { detector.Process([unchecked((sbyte)199)], 0, 0), detector.Process([unchecked((sbyte)200)], 0, 0) });
    }

    [Theory]
    [InlineData("kind", 0, 2)]
    [InlineData("hop frames", 1, 0)]
    [InlineData("smoothing", 2, 65)]
    [InlineData("on threshold", 3, 257)]
    [InlineData("off threshold", 4, 151)]
    [InlineData("refractory", 5, -1)]
    [InlineData("warm-up", 6, 10001)]
    [InlineData("classes", 7, 257)]
    [InlineData("keywords", 7, 4)]
    [InlineData("end", 7, 2)]
    public void A_word_out_of_range_is_named(string field, int word, int value)
    {
        byte[] chunk = Chunk();
        BitConverter.TryWriteBytes(chunk.AsSpan(word * 4), value);
        BlobException refusal = Assert.Throws<BlobException>(() => DetectorSettings.Read(chunk));
        Assert.Equal(("detector", field), (refusal.Operator, refusal.Field));
    }

    [Fact]
    public void Classes_are_keywords_or_not_and_one_is()
    {
        Assert.Equal("keywords", Assert.Throws<BlobException>(() => DetectorSettings.Read(Chunk(keywords: [0, 2]))).Field);
        Assert.Contains("no class is a keyword", Assert.Throws<BlobException>(() => DetectorSettings.Read(Chunk(keywords: [0, 0]))).Message, StringComparison.Ordinal);
        for (int length = 0; length < Chunk().Length; length++) Assert.Throws<BlobException>(() => DetectorSettings.Read(Chunk()[..length]));
    }

    private static int[] Feed(KeywordDetector detector, params (int Class, int Posterior)[] inferences)
    {
        List<int> detected = [];
        foreach ((int index, int posterior) in inferences)
        {
            sbyte[] posteriors = [99, -128, -128, -128];
            posteriors[1 + index] = (sbyte)(posterior - 128);
            detected.Add(detector.Process(posteriors, 1, -128));
        }

        return [.. detected];
    }

    private static DetectorSettings Settings(int smoothing, int on, int off, int refractory = 0, int warmUp = 0) =>
        DetectorSettings.Read(Chunk(smoothing, on, off, refractory, warmUp));

    private static byte[] Chunk(int smoothing = 1, int on = 150, int off = 60, int refractory = 0, int warmUp = 0, byte[]? keywords = null)
    {
        keywords ??= [0, 1, 1];
        return [.. new[] { 1, 5, smoothing, on, off, refractory, warmUp, keywords.Length }.SelectMany(BitConverter.GetBytes), .. keywords];
    }
}
