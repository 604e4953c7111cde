using System.Text.Json;
using EdgeInfer.Cli.Demo;

namespace EdgeInfer.Cli.Tests;

public sealed class DemoTests : WorkFolder
{
    [Fact]
    public void Reads_every_digit()
    {
        JsonElement[] readings = [.. CommandRun.Good("demo", "--json").Json.EnumerateArray()];
        Assert.Equal(Enumerable.Range(0, 10), readings.Select(r => r.GetProperty("expected").GetInt32()));
        Assert.All(readings, r => Assert.Equal(r.GetProperty("expected").GetInt32(), r.GetProperty("predicted").GetInt32()));
    }

    [Theory]
    [InlineData(80, false)]
    [InlineData(120, true)]
    public void Draws_the_digits_within_the_terminal(int width, bool withColors)
    {
        CommandRun run = CommandRun.Of(width, withColors, "demo");
        Assert.Equal(EdgeInferCommand.Success, run.Code);
        Assert.Contains("10 of 10 read right.", run.Output, StringComparison.Ordinal);
        Assert.Contains("ESP32-C3", run.Output, StringComparison.Ordinal);
        if (!withColors) Assert.All(run.Output.Split('\n'), l => Assert.InRange(l.TrimEnd('\r').Length, 0, width));
    }

    [Fact]
    public void Reads_one_digit_or_a_foreign_image()
    {
        Assert.Equal(7, Assert.Single(CommandRun.Good("demo", "--digit", "7", "--json").Json.EnumerateArray()).GetProperty("predicted").GetInt32());
        string image = Write("mine.png", DemoAssets.Images.Single(i => i.Digit == 4).Content);
        JsonElement reading = Assert.Single(CommandRun.Good("demo", "--image", image, "--json").Json.EnumerateArray());
        Assert.Equal((4, -1), (reading.GetProperty("predicted").GetInt32(), reading.GetProperty("expected").GetInt32()));
        Assert.Contains("cannot be decoded", CommandRun.Refused("demo", "--image", Tflite), StringComparison.Ordinal);
    }
}
