using EdgeInfer.Converter;
using EdgeInfer.Converter.Boards;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Kernels;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Passes;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Runtime;

/// <summary>Models whose weights are read while they run.</summary>
public class WeightStreamTests
{
    private static readonly byte[] Sample = SampleGraphs.Blob(SampleGraphs.StreamedSample);

    private static readonly byte[] Tables = SampleGraphs.Blob(SampleGraphs.TableSample);

    public static TheoryData<string> Quantized => PublicModel.Quantized;

    [SharedTheory]
    [MemberData(nameof(Quantized))]
    public void Public_models_give_the_same_from_the_smallest_buffer(string name)
    {
        PublicModel model = PublicModel.Load(name);
        ConversionResult result = ModelConverter.ConvertFile(model.PathOf("model.tflite"), new ConversionOptions { WeightBuffer = 0 });
        Interpreter interpreter = new(Model.Load(new CountingSource(result.Blob)));
        foreach ((byte[] input, byte[] output) in model.Vectors)
        {
            interpreter.Reset();
            Assert.Equal(output, PublicModel.Run(interpreter, input));
        }

        Assert.Equal(SelfTest.Passed, SelfTest.Run(interpreter));
    }

    [SharedTheory]
    [InlineData("person_detect", 4096)]
    [InlineData("person_detect", 40_000)]
    [InlineData("pretrainedResnet_int8", 3000)]
    [InlineData("kws_ref_model_int8", 2000)]
    [InlineData("ad01_int8", 6000)]
    public void Layers_larger_than_the_buffer_are_divided(string name, int bytes)
    {
        PublicModel model = PublicModel.Load(name);
        ConversionResult result = ModelConverter.ConvertFile(model.PathOf("model.tflite"), new ConversionOptions { WeightBuffer = bytes });
        Assert.InRange(result.Model.Bytes.Length, 1, bytes);
        Interpreter interpreter = new(Model.Load(new CountingSource(result.Blob)));
        foreach ((byte[] input, byte[] output) in model.Vectors) Assert.Equal(output, PublicModel.Run(interpreter, input));
        Assert.Equal(model.Macs, result.Model.Macs);
    }

    [SharedFact]
    public void A_larger_buffer_keeps_weights_and_reads_less()
    {
        PublicModel model = PublicModel.Load("pretrainedResnet_int8");
        long[] read = [.. ((int[])[10_000, 20_000, 40_000]).Select(bytes =>
        {
            CountingSource source = new(ModelConverter.ConvertFile(model.PathOf("model.tflite"), new ConversionOptions { WeightBuffer = bytes }).Blob);
            Interpreter interpreter = new(Model.Load(source));
            source.Count = 0;
            interpreter.Invoke();
            return source.Count;
        })];
        Assert.True(read[0] > read[1] && read[1] > read[2], string.Join(' ', read));
    }

    [Fact]
    public void A_buffer_that_is_too_small_is_refused_with_the_size_it_must_have()
    {
        ConversionException refusal = Assert.Throws<ConversionException>(() => ModelConverter.Convert(
            SampleGraphs.Make("depthwise of stride one, not cut"), new byte[32], new ConversionOptions { WeightBuffer = 20 }));
        Assert.Contains("do not fit into a buffer of 20 bytes. Allow 43 bytes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_stays_is_loaded_once_and_the_rest_at_every_inference()
    {
        CountingSource source = new(Sample);
        Model model = Model.Load(source);
        BlobEditor blob = new(Sample);
        int[] atReset = [.. blob.ResetProgram.Where(r => blob[r + Record.Code] == (int)OperatorCode.LoadWeights).Select(r => blob[r + LoadWeights.Target])];
        Assert.Equal(3, atReset.Length);
        Assert.Equal(2, atReset.Distinct().Count());
        long loads = blob.MainProgram.Where(r => blob[r + Record.Code] == (int)OperatorCode.LoadWeights).Sum(r => (long)blob[r + LoadWeights.Count]);
        Interpreter interpreter = new(model);
        for (int i = 0; i < 3; i++)
        {
            source.Count = 0;
            interpreter.Invoke();
            Assert.Equal(loads, source.Count);
        }
    }

    [Theory]
    [InlineData(SampleGraphs.StreamedSample)]
    [InlineData(SampleGraphs.TableSample)]
    public void Interpreters_that_take_turns_do_not_disturb_each_other(string sample)
    {
        Model model = Model.Load(SampleGraphs.Blob(sample));
        int[] expected = Frames.Run(new Interpreter(model), 5, 1);
        for (int steps = 1; steps < 12; steps++)
        {
            Interpreter[] pair = [new(model), new(model)];
            bool[] done = [false, false];
            Frames.SetInputs(pair[0], 5);
            Frames.SetInputs(pair[1], 5);
            for (int turn = 0; !done[0] || !done[1]; turn++)
            {
                for (int i = 0; i < steps && !done[turn & 1]; i++) done[turn & 1] = pair[turn & 1].Step(1);
            }

            Assert.Equal(Frames.ReadOutputs(pair[0]), Frames.ReadOutputs(pair[1]));
            Assert.Equal(expected, Frames.ReadOutputs(pair[0]));
        }
    }

    [Fact]
    public void A_failed_read_says_where_and_the_inference_can_go_on()
    {
        CountingSource source = new(Sample);
        Interpreter expected = new(Model.Load(Sample)), interpreter = new(Model.Load(source));
        Frames.SetInputs(expected, 5);
        Frames.SetInputs(interpreter, 5);
        expected.Invoke();

        source.IsBroken = true;
        WeightReadException failure = Assert.Throws<WeightReadException>(() => interpreter.Invoke());
        Assert.Contains("the card is out", failure.Message, StringComparison.Ordinal);
        Assert.InRange(failure.Position, BlobFormat.HeaderBytes, Sample.Length);
        Assert.Throws<WeightReadException>(() => interpreter.Invoke());

        source.IsBroken = false;
        interpreter.Invoke();
        Assert.Equal(Frames.ReadOutputs(expected), Frames.ReadOutputs(interpreter));
    }

    [Fact]
    public void Constants_that_were_not_loaded_are_refused()
    {
        BlobEditor editor = new(Sample);
        int load = editor.MainProgram.First(r => editor[r + Record.Code] == (int)OperatorCode.LoadWeights);
        editor[load + LoadWeights.Count]--;
        editor[load + Record.Work]--;
        Refusal.Expect(editor, "(FullyConnected)", "weights", reason: "have not been loaded");
    }

    [Fact]
    public void Loads_outside_the_buffer_or_the_blob_are_refused()
    {
        foreach ((int field, string name, int value) in (ReadOnlySpan<(int, string, int)>)
            [(LoadWeights.Target, "target", 1000), (LoadWeights.Target, "target", -1), (LoadWeights.Source, "source", 1 << 20), (LoadWeights.Source, "source", -1)])
        {
            BlobEditor editor = new(Sample);
            editor[editor.MainProgram.First(r => editor[r + Record.Code] == (int)OperatorCode.LoadWeights) + field] = value;
            Refusal.Expect(editor, "operator 0 (LoadWeights)", name);
        }
    }

    [Fact]
    public void A_load_over_what_the_next_inference_needs_is_refused()
    {
        BlobEditor editor = new(Sample);
        int stays = editor[editor.ResetProgram.First(r => editor[r + Record.Code] == (int)OperatorCode.LoadWeights) + LoadWeights.Target];
        int last = editor.MainProgram.Last(r => editor[r + Record.Code] == (int)OperatorCode.LoadWeights);
        editor[last + LoadWeights.Target] = stays;
        Refusal.Expect(editor, "operator ", "target", reason: "the next inference needs");
    }

    [Fact]
    public void Tables_that_are_read_give_the_same_as_tables_that_stay()
    {
        Model streamed = Model.Load(new CountingSource(Tables));
        Model whole = ModelConverter.Convert(SampleGraphs.Make(SampleGraphs.TableSample), new byte[32], new ConversionOptions()).Model;
        Assert.Equal(Frames.Run(new Interpreter(whole), 7, 3), Frames.Run(new Interpreter(streamed), 7, 3));
        Assert.True(streamed.Words.Length < whole.Words.Length, $"{streamed.Words.Length} words are no fewer than {whole.Words.Length}");
    }

    [Fact]
    public void Weights_that_are_packed_at_reset_come_through_the_same_buffer()
    {
        ConversionOptions options = new() { WeightBuffer = 0, PackWeights = true };
        Model streamed = ModelConverter.Convert(SampleGraphs.Make(SampleGraphs.StreamedSample), new byte[32], options).Model;
        Model plain = ModelConverter.Convert(SampleGraphs.Make(SampleGraphs.StreamedSample), new byte[32], new ConversionOptions()).Model;
        Assert.True(streamed.Header[BlobFormat.ArenaWord + (int)TensorType.Tile] > 0);
        Interpreter interpreter = new(streamed);
        int[] expected = Frames.Run(new Interpreter(plain), 7, 2);
        Assert.Equal(expected, Frames.Run(interpreter, 7, 2));
        interpreter.Reset();
        Assert.Equal(expected, Frames.Run(interpreter, 7, 2));
    }

    [SharedTheory]
    [InlineData("ad01_int8", 6000)]
    [InlineData("mnist_lstm_int8", 0)]
    [InlineData("keyword_scrambled_8bit", 0)]
    public void Public_models_give_the_same_with_packed_weights_from_storage(string name, int bytes)
    {
        PublicModel model = PublicModel.Load(name);
        ConversionResult result = ModelConverter.ConvertFile(model.PathOf("model.tflite"), new ConversionOptions { WeightBuffer = bytes, PackWeights = true });
        Interpreter interpreter = new(Model.Load(new CountingSource(result.Blob)));
        foreach ((byte[] input, byte[] output) in model.Vectors)
        {
            interpreter.Reset();
            Assert.Equal(output, PublicModel.Run(interpreter, input));
        }
    }

    [Fact]
    public void A_look_at_a_model_does_not_disturb_its_interpreter()
    {
        Model model = Model.Load(Tables);
        int[] expected = Frames.Run(new Interpreter(model), 5, 1);
        Interpreter interpreter = new(model);
        Frames.SetInputs(interpreter, 5);
        while (!interpreter.Step(1)) model.Observe(new NoObserver());
        Assert.Equal(expected, Frames.ReadOutputs(interpreter));
    }

    [Fact]
    public void Tables_that_were_not_loaded_are_refused()
    {
        BlobEditor editor = new(Tables);
        int load = editor.MainProgram.Last(r => editor[r + Record.Code] == (int)OperatorCode.LoadTables);
        editor[load + LoadTables.Count]--;
        editor[load + Record.Work]--;
        Refusal.Expect(editor, "(Conv2D)", "scales", reason: "have not been loaded into the table buffer");
    }

    [Fact]
    public void Tables_outside_their_buffer_or_the_blob_are_refused()
    {
        BlobEditor whole = new(Tables);
        foreach ((int field, string name, int value) in (ReadOnlySpan<(int, string, int)>)
        [
            (LoadTables.Target, "target", whole.WordCount - 1), (LoadTables.Target, "target", 1 << 20), (LoadTables.Target, "target", 0), (LoadTables.Target, "target", int.MinValue),
            (LoadTables.Source, "source", 1 << 20), (LoadTables.Source, "source", -1), (LoadTables.Count, "count", 0), (LoadTables.Count, "source", 1 << 24),
        ])
        {
            BlobEditor editor = new(Tables);
            editor[editor.Find(OperatorCode.LoadTables) + field] = value;
            Refusal.Expect(editor, "(LoadTables)", name);
        }
    }

    [Fact]
    public void What_is_in_a_table_that_is_read_is_proven_when_the_model_is_loaded()
    {
        BlobEditor editor = new(Tables);
        int load = editor.Find(OperatorCode.LoadTables), convolution = editor.Find(OperatorCode.Conv2D);
        int scale = editor[convolution + Conv2D.Channels + Channel.Scales] - editor.WordCount;
        editor.Bytes[editor[load + LoadTables.Source] + (4 * (scale + Channel.Shift))] = Channel.MaximumShift + 1;
        Refusal.Expect(editor, "(Conv2D)", "shift", reason: "63 is not in 1 to 62");
    }

    [Fact]
    public void A_streamed_blob_is_hardly_larger_than_one_that_is_loaded_whole()
    {
        ModelGraph[] graphs = [SampleGraphs.Make(SampleGraphs.TableSample), SampleGraphs.Make(SampleGraphs.TableSample)];
        int whole = ModelConverter.Convert(graphs[0], new byte[32], new ConversionOptions()).Blob.Length;
        int loads = new BlobEditor(Tables).MainProgram.Count - graphs[0].Operators.Count;
        Assert.InRange(ModelConverter.Convert(graphs[1], new byte[32], new ConversionOptions { WeightBuffer = 0 }).Blob.Length, 1, whole + (loads * 4 * (LoadTables.Words + 1)) + 200);
    }

    [SharedFact]
    public void Person_detection_fits_a_board_without_more_memory()
    {
        PublicModel model = PublicModel.Load("person_detect");
        ConversionResult result = ModelConverter.ConvertFile(model.PathOf("model.tflite"), new ConversionOptions { WeightBuffer = 16_500, ArenaLimit = 32_000 });
        DemandFit(result.Model);
        Interpreter interpreter = new(Model.Load(new CountingSource(result.Blob)));
        foreach ((byte[] input, byte[] output) in model.Vectors) Assert.Equal(output, PublicModel.Run(interpreter, input));
    }

    [Fact]
    public void A_network_for_coloured_images_fits_a_board_without_more_memory()
    {
        ModelGraph Make() => SpatialGraphs.Mobile(96, 8);
        Model plain = ModelConverter.Convert(Make(), new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Model;
        ConversionResult small = ModelConverter.Convert(Make(), new byte[32], new ConversionOptions { WeightBuffer = 9_000, ArenaLimit = 48_000, SelfTestFrames = 0 });
        DemandFit(small.Model);
        Assert.Equal(Frames.Run(new Interpreter(plain), 3, 1), Frames.Run(new Interpreter(Model.Load(new CountingSource(small.Blob))), 3, 1));
    }

    /// <summary>An ESP32 without PSRAM has 80 KB for buffers, tables and arena together.</summary>
    private static void DemandFit(Model model)
    {
        Board board = BoardCatalog.All.Single(b => b.Name == "esp32-devkitc");
        BoardFit fit = BoardFit.Of(board, ModelFootprint.Of(model), 1);
        Assert.Equal(FitVerdict.File, fit.Verdict);
        Assert.InRange(fit.MemoryBytes, 1, 80 * 1024);
    }

    private sealed class NoObserver : RecordObserver
    {
        public override void OnTensor(int record, int entry)
        {
        }

        public override void OnConstants(int record, int width, int start, int count)
        {
        }
    }

    /// <summary>Counts what is read and can fail.</summary>
    private sealed class CountingSource(byte[] blob) : BlobSource
    {
        public long Count { get; set; }

        public bool IsBroken { get; set; }

        public override int Length => blob.Length;

        public override void Read(int position, byte[] buffer, int offset, int count)
        {
            if (IsBroken) throw new IOException("the card is out");
            Count += count;
            blob.AsSpan(position, count).CopyTo(buffer.AsSpan(offset));
        }
    }
}
