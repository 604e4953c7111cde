using EdgeInfer.Converter;
using EdgeInfer.Converter.Blob;

namespace EdgeInfer.Cli.Tests;

public sealed class VerifyTests : WorkFolder
{
    [Fact]
    public void Says_what_was_proven()
    {
        string blob = Blob();
        CommandRun run = CommandRun.Good("verify", blob);
        foreach (string claim in new[] { "whole:", "safe:", "planned:", "right:" }) Assert.Contains(claim, run.Output, StringComparison.Ordinal);
        Assert.Equal("passed", CommandRun.Good("verify", blob, "--json").Json.GetProperty("selfTest").GetString());
    }

    [Fact]
    public void Says_where_nothing_was_tested()
    {
        string blob = Blob(new ConversionOptions { SelfTestFrames = 0 });
        Assert.Contains("not tested", CommandRun.Good("verify", blob).Output, StringComparison.Ordinal);
        Assert.Equal("none", CommandRun.Good("verify", blob, "--json").Json.GetProperty("selfTest").GetString());
    }

    [Fact]
    public void A_failed_self_test_names_the_operator()
    {
        byte[] blob = File.ReadAllBytes(Blob());
        Model model = Model.Load(blob);
        int weights = BlobFormat.HeaderBytes + (4 * model.Words.Length) + (2 * model.Halves.Length);
        for (int i = 0; i < 100; i++) blob[weights + i] ^= 0x40;
        BlobWriter.Seal(blob);
        string message = CommandRun.Refused("verify", Write("tampered.eib", blob));
        Assert.Matches(@"the self-test failed: operator \d+ \(\w+\)", message);
        Assert.Contains("tampered.eib", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_damaged_blob()
    {
        byte[] blob = File.ReadAllBytes(Blob());
        blob[^1] ^= 1;
        Assert.Contains("checksum at byte 12", CommandRun.Refused("verify", Write("bad.eib", blob)), StringComparison.Ordinal);
    }
}
