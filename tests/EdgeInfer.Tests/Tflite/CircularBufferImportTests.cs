using EdgeInfer.Converter;

namespace EdgeInfer.Tests.Tflite;

/// <summary>The custom operator of tflite-micro that keeps the last rows of its input.</summary>
public sealed class CircularBufferImportTests
{
    /// <summary>A FlexBuffers map of one entry, cycles_max = 1, as tflite-micro's own test has it.</summary>
    private static readonly byte[] EveryRun = [.. "cycles_max\0"u8, 1, 12, 1, 1, 1, 1, 4, 2, 36, 1];

    [Fact]
    public void Keeps_the_last_rows()
    {
        GraphRunner runner = GraphRunner.For(Convert(3, EveryRun).Blob);

        Assert.Equal([-3, -3, -3, -3, 1, 2], runner.Run([1, 2]));
        Assert.Equal([-3, -3, 1, 2, 3, 4], runner.Run([3, 4]));
        Assert.Equal([1, 2, 3, 4, 5, 6], runner.Run([5, 6]));
        Assert.Equal([3, 4, 5, 6, 7, 8], runner.Run([7, 8]));
        runner.Reset();
        Assert.Equal([-3, -3, -3, -3, 9, 9], runner.Run([9, 9]));
    }

    [Fact]
    public void Keeps_one_row() => Assert.Equal([1, 2], GraphRunner.For(Convert(1, EveryRun).Blob).Run([1, 2]));

    [Theory]
    [InlineData(5)]
    [InlineData(13)]
    [InlineData(25)]
    public void Lengths_that_mean_every_run_where_nothing_is_said(int rows) => Assert.Equal(2 * rows, GraphRunner.For(Convert(rows, []).Blob).Run([1, 2]).Length);

    [Theory]
    [InlineData(2, 3)]
    [InlineData(100, 3)]
    public void Pauses_are_refused(byte cycles, int rows)
    {
        byte[] options = [.. EveryRun];
        options[16] = cycles;
        Assert.Contains($"lets only every run number {cycles} go on", Refusal(rows, options), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_are_no_map_count_as_absent()
    {
        for (int i = 0; i < EveryRun.Length; i++)
        {
            for (int value = 0; value < 256; value++)
            {
                byte[] options = [.. EveryRun];
                options[i] = (byte)value;
                try
                {
                    Convert(3, options);
                }
                catch (ConversionException refusal)
                {
                    Assert.Contains("lets only every run number", refusal.Message, StringComparison.Ordinal);
                }
            }
        }

        Assert.Contains("lets only every run number 2 go on", Refusal(3, []), StringComparison.Ordinal);
        Assert.Contains("lets only every run number 2 go on", Refusal(3, [1]), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_shapes_and_constants_are_refused()
    {
        Assert.Contains("is not one row of the buffer", Refusal(3, EveryRun, channels: 3), StringComparison.Ordinal);
        Assert.Contains("is not a variable", Refusal(3, EveryRun, isVariable: false), StringComparison.Ordinal);
    }

    private static string Refusal(int rows, byte[] options, int channels = 2, bool isVariable = true) =>
        Assert.Throws<ConversionException>(() => Convert(rows, options, channels, isVariable)).Message;

    private static ConversionResult Convert(int rows, byte[] options, int channels = 2, bool isVariable = true)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("input", 1, 1, 1, 2);
        int window = main.Activation("window", 1, rows, 1, channels);
        main.Tensors[window].IsVariable = isVariable;
        main.Add("CUSTOM", [input], [window], custom: "CIRCULAR_BUFFER", customOptions: options);
        main.Inputs.Add(input);
        main.Outputs.Add(window);
        return ModelConverter.Convert(builder.Build(), "test.tflite");
    }
}
