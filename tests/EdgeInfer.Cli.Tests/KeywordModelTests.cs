using System.Text;
using System.Text.Json;
using EdgeInfer.Cli.Listening;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Audio;
using EdgeInfer.Converter.Streaming;
using EdgeInfer.Tests;

namespace EdgeInfer.Cli.Tests;

/// <summary>The keyword model of this repository: its blob is what its recipe makes, it fits the smallest board, and it hears.</summary>
public class KeywordModelTests
{
    private const string UpdateVariable = "EDGEINFER_UPDATE_DOCS";
    private const int Rate = 16000;

    private static readonly string Repository = FindRepository();
    private static readonly string Folder = Path.Combine(Repository, "firmware", "KeywordSpotting", "Resources");
    private static readonly string BlobPath = Path.Combine(Folder, "keywords.eib");
    private static readonly string[] Labels = ["silence", "unknown", "yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"];

    [Fact]
    public void The_blob_is_what_its_recipe_makes_of_the_model()
    {
        using JsonDocument recipe = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository, "tools", "training", "recipes", "keywords.json")));
        byte[] Part(string name) => Encoding.UTF8.GetBytes(recipe.RootElement.GetProperty(name).GetRawText());
        ConversionOptions options = new()
        {
            Labels = Labels,
            FrontEnd = FrontEndConfiguration.Parse(Part("frontEnd"), "recipe"),
            Detector = DetectorConfiguration.Parse(Part("detector"), "recipe"),
            Streaming = new StreamingOptions(recipe.RootElement.GetProperty("hop").GetInt32()),
            ScratchBytes = recipe.RootElement.GetProperty("scratchBytes").GetInt32(),
        };
        byte[] made = ModelConverter.ConvertFile(Path.Combine(Folder, "keywords.tflite"), options).Blob;
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1") File.WriteAllBytes(BlobPath, made);
        Assert.True(made.AsSpan().SequenceEqual(File.ReadAllBytes(BlobPath)), $"{BlobPath} is not what the converter makes today; run this test with {UpdateVariable}=1 to write it anew");
    }

    [Fact]
    public void It_fits_the_smallest_board()
    {
        byte[] blob = File.ReadAllBytes(BlobPath);
        Assert.InRange(blob.Length + Model.Load(blob).ArenaBytes, 1, 35 * 1024);
    }

    [SharedTheory]
    [InlineData("yes_1000ms", "yes")]
    [InlineData("no_1000ms", "no")]
    [InlineData("silence_1000ms", null)]
    [InlineData("noise_1000ms", null)]
    public void It_hears_the_public_recordings(string name, string? keyword)
    {
        Recording word = Recording.Read(SharedData.PathOf("audio", "wav", name + ".wav"));
        SpotterRun run = new(Model.Load(File.ReadAllBytes(BlobPath)), isGated: false);
        run.Feed(new Recording(name, [.. Noise(1), .. word.Samples, .. Noise(1)], Rate).Bytes);
        Assert.Equal(keyword is null ? [] : [keyword], run.Detections.Select(detection => detection.Label).Distinct());
    }

    /// <summary>Quiet noise, always the same.</summary>
    private static short[] Noise(int seconds)
    {
        uint state = 1;
        return [.. Enumerable.Range(0, seconds * Rate).Select(_ => (short)((int)((state = (state * 1664525) + 1013904223) >> 24) - 128))];
    }

    private static string FindRepository()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EdgeInfer.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
