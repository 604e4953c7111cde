using System.Globalization;
using EdgeInfer.Audio;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Audio;
using EdgeInfer.Converter.Blob;

namespace EdgeInfer.Cli.Tests;

public sealed class ConvertTests : WorkFolder
{
    [Fact]
    public void Writes_the_blob_that_the_converter_makes()
    {
        string blob = PathOf("out.eib");
        CommandRun run = CommandRun.Good("convert", Tflite, "-o", blob);
        Assert.Equal(ModelConverter.ConvertFile(Tflite).Blob, File.ReadAllBytes(blob));
        Assert.Contains("carries a self-test", run.Output, StringComparison.Ordinal);
        Assert.Equal(["digits.tflite", "out.eib"], Files());
    }

    [Fact]
    public void The_blob_lies_beside_the_model_by_default()
    {
        CommandRun.Good("convert", Tflite);
        Assert.Equal(["digits.eib", "digits.tflite"], Files());
    }

    [Fact]
    public void The_onnx_file_is_converted_to_the_same_model()
    {
        CommandRun.Good("convert", Tflite, "-o", PathOf("direct.eib"), "--onnx", PathOf("qdq.onnx"));
        CommandRun.Good("convert", PathOf("qdq.onnx"), "-o", PathOf("around.eib"));
        Model direct = Model.Load(File.ReadAllBytes(PathOf("direct.eib"))), around = Model.Load(File.ReadAllBytes(PathOf("around.eib")));
        Assert.Equal(direct.Bytes.AsSpan(direct.BytesStart, direct.Header[BlobFormat.ByteCountWord]), around.Bytes.AsSpan(around.BytesStart, around.Header[BlobFormat.ByteCountWord]));
        Interpreter[] runs = [new(direct), new(around)];
        foreach (Interpreter run in runs)
        {
            for (int i = 0; i < run.Input(0).Count; i++) run.Input(0)[i] = (sbyte)(i * 37);
            run.Invoke();
        }

        Assert.All(Enumerable.Range(0, runs[0].Output(0).Count), i => Assert.Equal(runs[0].Output(0)[i], runs[1].Output(0)[i]));
    }

    [Fact]
    public void Only_a_tflite_file_becomes_an_onnx_file()
    {
        CommandRun.Good("convert", Tflite, "--onnx", PathOf("qdq.onnx"));
        string refusal = CommandRun.Refused("convert", PathOf("qdq.onnx"), "-o", PathOf("out.eib"), "--onnx", PathOf("again.onnx"));
        Assert.Contains("only a .tflite file", refusal, StringComparison.Ordinal);
        Assert.Equal(["digits.eib", "digits.tflite", "qdq.onnx"], Files());
    }

    [Fact]
    public void Tells_scripts_the_sizes()
    {
        CommandRun run = CommandRun.Good("convert", Tflite, "-o", PathOf("out.eib"), "--json");
        Model model = Model.Load(File.ReadAllBytes(PathOf("out.eib")));
        Assert.Equal(new FileInfo(PathOf("out.eib")).Length, run.Json.GetProperty("blobBytes").GetInt64());
        Assert.Equal(model.ArenaBytes, run.Json.GetProperty("arenaBytes").GetInt32());
        Assert.Equal(model.Macs, run.Json.GetProperty("macs").GetInt64());
    }

    [Fact]
    public void Packed_weights_cost_memory_and_change_no_output()
    {
        CommandRun.Good("convert", Tflite, "-o", PathOf("plain.eib"));
        CommandRun.Good("convert", Tflite, "-o", PathOf("packed.eib"), "--pack-weights");
        Model plain = Model.Load(File.ReadAllBytes(PathOf("plain.eib")));
        Model packed = Model.Load(File.ReadAllBytes(PathOf("packed.eib")));
        Assert.True(packed.ArenaBytes > plain.ArenaBytes, $"{packed.ArenaBytes} bytes of arena are no more than {plain.ArenaBytes}");
        Interpreter[] runs = [new(plain), new(packed)];
        foreach (Interpreter run in runs)
        {
            for (int i = 0; i < run.Input(0).Count; i++) run.Input(0)[i] = (sbyte)(i * 37);
            run.Invoke();
        }

        Tensor expected = runs[0].Output(0);
        Assert.All(Enumerable.Range(0, expected.Count), i => Assert.Equal(expected[i], runs[1].Output(0)[i]));
    }

    [Theory]
    [InlineData("--stream-weights", "2000")]
    [InlineData("--stream-weights")]
    [InlineData("--arena-limit", "3400")]
    [InlineData("--stream-weights", "2000", "--arena-limit", "3400")]
    [InlineData("--stream-weights", "3000", "--pack-weights")]
    public void Choices_of_memory_change_no_output(params string[] options)
    {
        CommandRun.Good("convert", Tflite, "-o", PathOf("plain.eib"));
        CommandRun.Good(["convert", Tflite, "-o", PathOf("chosen.eib"), .. options]);
        Model plain = Model.Load(File.ReadAllBytes(PathOf("plain.eib"))), chosen = Model.Load(File.ReadAllBytes(PathOf("chosen.eib")));
        int stream = Array.IndexOf(options, "--stream-weights"), limit = Array.IndexOf(options, "--arena-limit");
        Assert.Equal(stream >= 0, chosen.StreamsWeights);
        if (stream >= 0) Assert.InRange(chosen.Bytes.Length, 1, options.Length > stream + 1 ? int.Parse(options[stream + 1], CultureInfo.InvariantCulture) : plain.Header[BlobFormat.ByteCountWord] - 1);
        if (limit >= 0) Assert.InRange(chosen.ArenaBytes, 1, int.Parse(options[limit + 1], CultureInfo.InvariantCulture));
        Interpreter[] runs = [new(plain), new(chosen)];
        for (int frame = 0; frame < 2; frame++)
        {
            foreach (Interpreter run in runs)
            {
                for (int i = 0; i < run.Input(0).Count; i++) run.Input(0)[i] = (sbyte)(i * (37 + frame));
                run.Invoke();
            }

            Tensor expected = runs[0].Output(0);
            Assert.All(Enumerable.Range(0, expected.Count), i => Assert.Equal(expected[i], runs[1].Output(0)[i]));
        }

        string[] plans = [.. CommandRun.Good("inspect", PathOf("chosen.eib"), "--json").Json.GetProperty("plan").EnumerateArray().Select(p => p.GetString()!)];
        Assert.Equal(stream >= 0, Array.Exists(plans, p => p.StartsWith("weights are read into a buffer of ", StringComparison.Ordinal)));
        Assert.Equal(limit >= 0, Array.Exists(plans, p => p.StartsWith("arena limit of 3400 bytes", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Allow 3048 bytes", "--arena-limit", "100")]
    [InlineData("do not fit into a buffer of", "--stream-weights", "30")]
    public void Refuses_memory_that_is_not_enough(string reason, params string[] options)
    {
        Assert.Contains(reason, CommandRun.Refused(["convert", Tflite, .. options]), StringComparison.Ordinal);
        Assert.Contains("takes a whole number from", CommandRun.Misused("convert", Tflite, options[0], "0"), StringComparison.Ordinal);
        Assert.Equal(["digits.tflite"], Files());
    }

    [Fact]
    public void Carries_labels()
    {
        string labels = WriteText("labels.txt", "\uFEFFnull\r\neins\r\nzwei\ndrei\nvier\nfünf\nsechs\nsieben\nacht\nneun\n\n");
        CommandRun.Good("convert", Tflite, "--labels", labels);
        Assert.Equal(["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"], Labels.Read(Model.Load(File.ReadAllBytes(PathOf("digits.eib")))));
    }

    [Fact]
    public void Refuses_labels_that_fit_no_output()
    {
        string message = CommandRun.Refused("convert", Tflite, "--labels", WriteText("labels.txt", "yes\nno\n"));
        Assert.Contains("2 labels", message, StringComparison.Ordinal);
        Assert.Contains("Int8 1x10", message, StringComparison.Ordinal);
        Assert.DoesNotContain("digits.eib", Files());
    }

    [Theory]
    [InlineData("micro-speech", 320)]
    [InlineData("micro-wake-word", 160)]
    public void Knows_the_front_ends_of_public_models(string name, int step)
    {
        FrontEnd frontEnd = FrontEnd.Create(FrontEndConfiguration.Named[name].WriteChunk());
        Assert.Equal((16000, 480, step, 40), (frontEnd.SampleRate, frontEnd.WindowSamples, frontEnd.StepSamples, frontEnd.Features));
        Assert.Contains("takes 784 features, no multiple of the 40", CommandRun.Refused("convert", Tflite, "--front-end", name), StringComparison.Ordinal);
    }

    [Fact]
    public void Carries_a_front_end_and_a_detector_that_files_describe()
    {
        string labels = WriteText("labels.txt", "_silence_\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nUnknown");
        string frontEnd = WriteText("mine.json", """{ "channels": 28, "stepMilliseconds": 15, "gainControl": false, "tables": "signalOperators", "kind": "micro" }""");
        string detector = WriteText("when.json", """{ "hopMilliseconds": 150, "smoothingMilliseconds": 450, "onThreshold": 0.75, "offThreshold": 0.25, "refractoryMilliseconds": 600, "warmUpMilliseconds": 150 }""");
        CommandRun.Good("convert", Tflite, "--labels", labels, "--front-end", frontEnd, "--detector", detector);
        Model model = Model.Load(File.ReadAllBytes(PathOf("digits.eib")));
        Assert.Equal((240, 28), (FrontEnd.Create(model).StepSamples, FrontEnd.Create(model).Features));
        DetectorSettings settings = DetectorSettings.Read(model);
        Assert.Equal((10, 3, 192, 64, 4, 1), (settings.HopFrames, settings.Smoothing, settings.OnThreshold, settings.OffThreshold, settings.Refractory, settings.WarmUp));
        Assert.Equal([0, 1, 1, 1, 1, 1, 1, 1, 1, 0], settings.IsKeyword);
    }

    [Theory]
    [InlineData("""{ "onThreshold": 0.3 }""", "off threshold")]
    [InlineData("""{ "onThreshold": 1.3 }""", "1.3 is not within 0 and 1")]
    [InlineData("""{ "smoothingMilliseconds": 100000 }""", "smoothing")]
    [InlineData("""{ "keywords": ["marvin"] }""", "'marvin' is none of the labels")]
    [InlineData("""{ "threshold": 0.3 }""", "threshold")]
    public void Refuses_detectors_that_do_not_fit(string json, string reason)
    {
        string frontEnd = WriteText("mine.json", """{ "channels": 28, "kind": "micro" }""");
        Assert.Contains(reason, CommandRun.Refused("convert", Tflite, "--front-end", frontEnd, "--detector", WriteText("when.json", json)), StringComparison.Ordinal);
        Assert.DoesNotContain("digits.eib", Files());
    }

    [Theory]
    [InlineData("""{ "kind": "micro", "chanels": 32 }""", "line 1", "chanels")]
    [InlineData("""{ "kind": "macro" }""", "macro", "docs/audio.md")]
    [InlineData("""{ "channels": 32 }""", "\"kind\" is missing", "docs/audio.md")]
    [InlineData("""{ "kind": "micro", "channels": 1000 }""", "channels", "1000")]
    [InlineData("null", "mine.json", "empty")]
    public void Refuses_files_that_describe_no_front_end(string json, string first, string second)
    {
        string message = CommandRun.Refused("convert", Tflite, "--front-end", WriteText("mine.json", json));
        Assert.Contains(first, message, StringComparison.Ordinal);
        Assert.Contains(second, message, StringComparison.Ordinal);
        Assert.DoesNotContain("digits.eib", Files());
    }

    [Fact]
    public void Refuses_unknown_front_ends()
    {
        Assert.Contains("Did you mean 'micro-speech'?", CommandRun.Refused("convert", Tflite, "--front-end", "micro-speach"), StringComparison.Ordinal);
        Assert.Contains("there is no such file", CommandRun.Refused("convert", Tflite, "--front-end", PathOf("no.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Strip_leaves_out_names_and_self_test()
    {
        CommandRun.Good("convert", Tflite, "--strip");
        Model model = Model.Load(File.ReadAllBytes(PathOf("digits.eib")));
        Assert.Null(model.ReadMetadata(MetadataTag.Operators));
        Assert.Null(model.ReadMetadata(MetadataTag.SelfTest));
    }

    [Fact]
    public void The_self_test_has_as_many_frames_as_asked_for()
    {
        CommandRun.Good("convert", Tflite, "--self-test", "3");
        Assert.Equal(3, BitConverter.ToInt32(Model.Load(File.ReadAllBytes(PathOf("digits.eib"))).ReadMetadata(MetadataTag.SelfTest)!));
    }

    [Fact]
    public void A_refused_model_leaves_what_was_there()
    {
        byte[] model = File.ReadAllBytes(Tflite);
        string cut = Write("cut.tflite", model[..(model.Length / 2)]), old = Write("old.eib", 1, 2, 3);
        Assert.Contains("cut.tflite", CommandRun.Refused("convert", cut, "-o", old), StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(old));
        Assert.Equal(["cut.tflite", "digits.tflite", "old.eib"], Files());
    }

    [Fact]
    public void Refuses_what_is_no_model()
    {
        Assert.Contains("there is no such file", CommandRun.Refused("convert", PathOf("nothing.tflite")), StringComparison.Ordinal);
        Assert.Contains("neither an EdgeInfer blob", CommandRun.Refused("convert", WriteText("text.tflite", "This is not a model.")), StringComparison.Ordinal);
        Assert.Contains("a blob already", CommandRun.Refused("convert", Blob(), "-o", PathOf("x.eib")), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_places_that_cannot_be_written()
    {
        Assert.Contains("Create the folder", CommandRun.Refused("convert", Tflite, "-o", PathOf("nowhere/x.eib")), StringComparison.Ordinal);
        Assert.Contains("take the place of the model", CommandRun.Refused("convert", Tflite, "-o", Tflite), StringComparison.Ordinal);
        Directory.CreateDirectory(PathOf("folder"));
        Assert.Contains("cannot be written", CommandRun.Refused("convert", Tflite, "-o", PathOf("folder")), StringComparison.Ordinal);
        Assert.Equal(["digits.tflite", "folder"], Files());
    }
}
