using System.Text.Json;
using EdgeInfer.Cli.Demo;

namespace EdgeInfer.Cli.Tests;

public sealed class DemoTests : WorkFolder
{
    [Fact]
    public void Hears_the_keywords_of_the_sentence_when_they_are_said()
    {
        JsonElement demo = CommandRun.Good("demo", "--picture", PathOf("heard.svg"), "--json").Json;
        JsonElement[] detections = [.. demo.GetProperty("detections").EnumerateArray()];
        Assert.Equal(DemoAssets.SentenceKeywords, detections.Select(d => d.GetProperty("label").GetString()!));
        double[] times = [.. detections.Select(d => d.GetProperty("seconds").GetDouble())];
        Assert.Equal(times.Order(), times);
        Assert.InRange(times[0], 2.5, 4.5);
        string picture = File.ReadAllText(PathOf("heard.svg"));
        Assert.All(DemoAssets.SentenceKeywords, k => Assert.Contains($">{k}</text>", picture, StringComparison.Ordinal));
    }

    [Fact]
    public void Tells_what_was_heard_and_what_it_costs_on_the_boards()
    {
        string output = CommandRun.Good("demo", "--picture", PathOf("heard.svg")).Output;
        Assert.Contains("Every keyword, and nothing else.", output, StringComparison.Ordinal);
        Assert.Contains("front end", output, StringComparison.Ordinal);
        Assert.Contains("ESP32-C3", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_every_digit()
    {
        JsonElement[] readings = [.. CommandRun.Good("demo", "digits", "--json").Json.EnumerateArray()];
        Assert.Equal(Enumerable.Range(0, 10), readings.Select(r => r.GetProperty("expected").GetInt32()));
        Assert.All(readings, r => Assert.Equal(r.GetProperty("expected").GetInt32(), r.GetProperty("predicted").GetInt32()));
    }

    [Theory]
    [InlineData(80, false)]
    [InlineData(120, true)]
    public void Draws_the_digits_within_the_terminal(int width, bool withColors)
    {
        CommandRun run = CommandRun.Of(width, withColors, "demo", "digits");
        Assert.Equal(EdgeInferCommand.Success, run.Code);
        Assert.Contains("10 of 10 read right.", run.Output, StringComparison.Ordinal);
        Assert.Contains("ESP32-C3", run.Output, StringComparison.Ordinal);
        if (!withColors) Assert.All(run.Output.Split('\n'), l => Assert.InRange(l.TrimEnd('\r').Length, 0, width));
    }

    [Fact]
    public void Reads_one_digit_or_a_foreign_image()
    {
        Assert.Equal(7, Assert.Single(CommandRun.Good("demo", "digits", "--digit", "7", "--json").Json.EnumerateArray()).GetProperty("predicted").GetInt32());
        string image = Write("mine.png", DemoAssets.Images.Single(i => i.Digit == 4).Content);
        JsonElement reading = Assert.Single(CommandRun.Good("demo", "digits", "--image", image, "--json").Json.EnumerateArray());
        Assert.Equal((4, -1), (reading.GetProperty("predicted").GetInt32(), reading.GetProperty("expected").GetInt32()));
        Assert.Contains("cannot be decoded", CommandRun.Refused("demo", "digits", "--image", Tflite), StringComparison.Ordinal);
    }
}
