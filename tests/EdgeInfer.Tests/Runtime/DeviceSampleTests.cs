using System.Text;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Runtime;

/// <summary>
/// The device tests carry blobs and outputs as arrays in code (tests/NFUnitTest/Samples.cs). They are what the converter and the
/// runtime make today; with the environment variable EDGEINFER_WRITE_DEVICE_SAMPLES set to 1 this test writes them anew.
/// </summary>
public class DeviceSampleTests
{
    private const int Frames = 2;
    private const int LargestSum = 10240;

    private static readonly string[] Chosen =
    [
        "convolution", "depthwise in place", "fully connected", "average pool", "softmax", "sum with broadcast", "state and constants", "filter with 8-bit state",
        "recurrent", "pad and concatenate", "convolution with 4-bit weights", "fully connected with 4-bit weights", "network",
    ];

    [Fact]
    public void Device_tests_carry_what_the_converter_makes()
    {
        string path = Path.Combine(RepositoryRoot(), "tests", "NFUnitTest", "Samples.cs");
        string text = Write();
        if (Environment.GetEnvironmentVariable("EDGEINFER_WRITE_DEVICE_SAMPLES") == "1") File.WriteAllText(path, text);
        Assert.True(
            File.ReadAllText(path).ReplaceLineEndings("\n") == text,
            "tests/NFUnitTest/Samples.cs is not what the converter makes now; run this test with EDGEINFER_WRITE_DEVICE_SAMPLES=1 and look at what has changed");
    }

    [Fact]
    public void Device_samples_are_small() => Assert.InRange(Chosen.Sum(name => SampleGraphs.Blob(name).Length), 1, LargestSum);

    private static string Write()
    {
        StringBuilder text = new("namespace NFUnitTest\n{\n");
        text.Append("    /// <summary>Small models and what they give on the input of <see cref=\"SampleRun\"/>; written by a test of the host, not by hand.</summary>\n");
        text.Append("    public static class Samples\n    {\n");
        foreach (string name in Chosen)
        {
            string identifier = string.Concat(name.Split(' ', '-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
            byte[] blob = SampleGraphs.Blob(name);
            AppendArray(text, "byte", identifier, $"Blob: {name}.", blob.Select(b => (int)b));
            AppendArray(text, "int", identifier + "Outputs", $"Outputs: {name}.", Outputs(new Interpreter(Model.Load(blob))));
        }

        text.Length--;
        return text.Append("    }\n}\n").ToString();
    }

    private static void AppendArray(StringBuilder text, string type, string name, string summary, IEnumerable<int> values)
    {
        text.Append("        /// <summary>").Append(summary).Append("</summary>\n");
        text.Append("        public static readonly ").Append(type).Append("[] ").Append(name).Append(" =\n        {\n");
        foreach (int[] line in values.Chunk(24)) text.Append("            ").AppendJoin(", ", line).Append(",\n");
        text.Append("        };\n\n");
    }

    /// <summary>The same loop as SampleRun on the device.</summary>
    private static List<int> Outputs(Interpreter interpreter)
    {
        List<int> outputs = [];
        ulong random = 1;
        for (int frame = 0; frame < Frames; frame++)
        {
            for (int i = 0; i < interpreter.InputCount; i++)
            {
                Tensor input = interpreter.Input(i);
                for (int e = 0; e < input.Count; e++)
                {
                    random = (random * 6364136223846793005UL) + 1442695040888963407UL;
                    input[e] = (int)(random >> 33) & 255;
                }
            }

            interpreter.Invoke();
            outputs.AddRange(Runtime.Frames.ReadOutputs(interpreter));
        }

        return outputs;
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EdgeInfer.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
