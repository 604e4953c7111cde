using System.Security.Cryptography;
using System.Xml.Linq;

namespace EdgeInfer.NanoFramework.Tests.ProjectFiles;

/// <summary>The applications under firmware/, which no host project compiles.</summary>
public class FirmwareTests
{
    private const string ConvertCommand = "dotnet run --project tools/EdgeInfer.Cli -- convert tools/EdgeInfer.Cli/Demo/digits.tflite -o firmware/DigitReader/Resources/digits.eib";

    private static readonly string DigitReader = Path.Combine(Repository.Root, "firmware", "DigitReader");

    /// <summary>The build numbers resources by a hash of their names; the accessor has to carry the same numbers.</summary>
    [Theory]
    [InlineData("DigitReader")]
    [InlineData("KeywordSpotting")]
    public void Resource_numbers_are_those_of_the_build(string application)
    {
        var folder = Path.Combine(Repository.Root, "firmware", application);
        var names = XDocument.Load(Path.Combine(folder, "Resources.resx")).Descendants("data").ToArray();
        var accessor = File.ReadAllText(Path.Combine(folder, "Resources.Designer.cs"));
        Assert.NotEmpty(names);
        Assert.All(names, data =>
        {
            var name = data.Attribute("name")!.Value;
            Assert.Contains($" {name} = {ResourceNumber(name)},", accessor, StringComparison.Ordinal);
            var file = data.Element("value")!.Value.Split(';')[0].Replace('\\', '/');
            Assert.True(File.Exists(Path.Combine(folder, file)), $"{name}: there is no {file}.");
        });
        Assert.Equal(1228, ResourceNumber("String1"));
    }

    [Fact]
    public void The_digit_reader_carries_the_demo_model_and_reads_its_drawing()
    {
        Model model;
        try
        {
            model = Model.Load(File.ReadAllBytes(Path.Combine(DigitReader, "Resources", "digits.eib")));
        }
        catch (BlobException problem)
        {
            throw new InvalidOperationException($"The firmware's blob is out of date ({problem.Message}): {ConvertCommand}", problem);
        }

        var source = SHA256.HashData(File.ReadAllBytes(Path.Combine(Repository.Root, "tools", "EdgeInfer.Cli", "Demo", "digits.tflite")));
        Assert.True(source.AsSpan().SequenceEqual(model.ReadMetadata(BlobTag("SRCE")).AsSpan(0, source.Length)), $"The firmware's blob was made from another model: {ConvertCommand}");

        var drawing = File.ReadAllBytes(Path.Combine(DigitReader, "Resources", "drawing.bin"));
        var interpreter = new Interpreter(model);
        var input = interpreter.Input(0);
        Assert.Equal(drawing.Length, input.Count);
        for (var i = 0; i < drawing.Length; i++)
            input[i] = drawing[i] + input.ZeroPoint;

        interpreter.Invoke();
        Assert.Equal(7, interpreter.Output(0).ArgMax());
    }

    private static int BlobTag(string tag) => tag[0] | (tag[1] << 8) | (tag[2] << 16) | (tag[3] << 24);

    /// <summary>Two interleaved multiply-by-33 hashes over even and odd characters, folded to 16 bits.</summary>
    private static short ResourceNumber(string name)
    {
        var even = (5381 << 16) + 5381;
        var odd = even;
        for (var i = 0; i < name.Length; i++)
        {
            if ((i & 1) == 0)
                even = (even * 33) ^ name[i];
            else
                odd = (odd * 33) ^ name[i];
        }

        var hash = even + (odd * 1566083941);
        return (short)((hash >> 16) ^ hash);
    }
}
