using EdgeInfer.Converter;
using EdgeInfer.Kernels;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Runtime;

/// <summary>Models whose weights are read while they run.</summary>
public class WeightStreamTests
{
    private static readonly byte[] Sample = SampleGraphs.Blob(SampleGraphs.StreamedSample);

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
            SampleGraphs.Make("depthwise in place"), new byte[32], new ConversionOptions { WeightBuffer = 20 }));
        Assert.Contains("do not fit into a buffer of 20 bytes. Allow 43 bytes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_stays_is_loaded_once_and_the_rest_at_every_inference()
    {
        CountingSource source = new(Sample);
        Model model = Model.Load(source);
        BlobEditor blob = new(Sample);
        Assert.Contains(blob.ResetProgram, r => blob[r + Record.Code] == (int)OperatorCode.LoadWeights);
        long loads = blob.MainProgram.Where(r => blob[r + Record.Code] == (int)OperatorCode.LoadWeights).Sum(r => (long)blob[r + LoadWeights.Count]);
        Interpreter interpreter = new(model);
        for (int i = 0; i < 3; i++)
        {
            source.Count = 0;
            interpreter.Invoke();
            Assert.Equal(loads, source.Count);
        }
    }

    [Fact]
    public void Interpreters_that_take_turns_do_not_disturb_each_other()
    {
        Model model = Model.Load(Sample);
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
