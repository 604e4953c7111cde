using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Operators;
using Layout = EdgeInfer.Kernels.FullyConnected;

namespace EdgeInfer.Tests.Verification;

/// <summary>Tensors that lie on each other while both are needed, and tensors that hold nothing.</summary>
public class LifetimeTests
{
    private const int InputEntry = 0;
    private const int Size = 8;

    [Fact]
    public void Overlapping_outputs_are_refused()
    {
        BlobEditor editor = TwoBranches(out int first, out int second);
        MoveOnto(editor, second, first, 0);
        Refusal.Expect(editor, "output 0", "tensor", Refusal.ByteOf(editor.Outputs[0]), "holds no value");
    }

    [Fact]
    public void Outputs_that_overlap_by_one_element_are_refused()
    {
        BlobEditor editor = TwoBranches(out int first, out int second);
        MoveOnto(editor, second, first, Size - 1);
        Refusal.Expect(editor, "output 0", "tensor", Refusal.ByteOf(editor.Outputs[0]));
    }

    [Fact]
    public void Overwriting_what_a_later_operator_reads_is_refused()
    {
        BlobEditor editor = TwoBranches(out int first, out _);
        MoveOnto(editor, first, InputEntry, Size - 1);
        Refusal.Expect(editor, "operator 0 (FullyConnected)", "output", Refusal.ByteOf(editor.MainProgram[0] + Record.Output), "overlaps another operand");
    }

    [Fact]
    public void A_kernel_that_cannot_work_in_place_is_refused_in_place()
    {
        BlobEditor editor = TwoBranches(out int first, out _);
        editor[first + BlobFormat.TensorOffset] = editor[InputEntry + BlobFormat.TensorOffset];
        FitArena(editor);
        Refusal.Expect(editor, "operator 0 (FullyConnected)", "output", reason: "overlaps another operand");
    }

    [Fact]
    public void Reading_what_nobody_has_written_is_refused()
    {
        BlobEditor editor = TwoBranches(out int first, out _);
        editor[editor.MainProgram[0] + Layout.Input] = first;
        Refusal.Expect(editor, "operator 0 (FullyConnected)", "input", Refusal.ByteOf(editor.MainProgram[0] + Layout.Input), "holds no value here");
    }

    [Fact]
    public void Overlapping_inputs_are_refused()
    {
        BlobEditor editor = new(SampleGraphs.Blob("copy"));
        editor[editor.Inputs[1] + BlobFormat.PortTensor] = editor[editor.Inputs[0] + BlobFormat.PortTensor];
        editor[editor.Inputs[1] + BlobFormat.PortShape] = 24;
        BlobException refusal = Assert.Throws<BlobException>(() => Model.Load(editor.Seal()));
        Assert.Contains(refusal.Operator, (string[])["input 1", "operator 1 (Copy)"]);
    }

    [Fact]
    public void A_state_that_is_never_set_is_refused()
    {
        // The reset program sets the first of two states twice and the second never.
        BlobEditor editor = new(SampleGraphs.Blob("state and constants"));
        int other = editor[editor.ResetProgram[0] + Record.Output];
        int record = editor.ResetProgram.First(r => editor[r + Record.Code] == (int)OperatorCode.LoadConstant && KindOf(editor, r) == TensorType.Int8);
        int missing = editor[record + Record.Output];
        editor[record + Record.Output] = other;
        BlobException refusal = Refusal.Expect(editor, "tensor ", "kind", Refusal.ByteOf(missing), "after the reset program");
        Assert.Equal($"tensor {missing / BlobFormat.TensorWords}", refusal.Operator);
    }

    [Fact]
    public void The_reset_program_may_not_write_activations()
    {
        BlobEditor editor = new(SampleGraphs.Blob("state and constants"));
        int state = editor[editor.ResetProgram[0] + Record.Output];
        editor[state + BlobFormat.TensorKind] &= ~BlobFormat.PersistentFlag;
        Refusal.Expect(editor, "reset operator 0 (Fill)", "output", Refusal.ByteOf(editor.ResetProgram[0] + Record.Output), "only write persistent");
    }

    [Fact]
    public void A_state_that_an_activation_destroys_is_refused()
    {
        BlobEditor editor = new(SampleGraphs.Blob("state and constants"));
        int state = editor[editor.ResetProgram[0] + Record.Output];
        int previous = editor[editor.Outputs[0] + BlobFormat.PortTensor];
        int last = editor[editor.Outputs[^1] + BlobFormat.PortTensor];
        Assert.Equal(TensorType.Int8, (TensorType)editor[last]);
        Assert.NotEqual(previous, last);
        MoveOnto(editor, last, state, 0);
        Refusal.Expect(editor, $"tensor {state / BlobFormat.TensorWords}", "kind", Refusal.ByteOf(state), "after an inference");
    }

    [Theory]
    [InlineData(BlobFormat.TensorKind, 7, "kind")]
    [InlineData(BlobFormat.TensorKind, -1, "kind")]
    [InlineData(BlobFormat.TensorKind, 0x200, "kind")]
    [InlineData(BlobFormat.TensorOffset, -1, "offset")]
    [InlineData(BlobFormat.TensorOffset, 1 << 20, "offset")]
    [InlineData(BlobFormat.TensorCount, 0, "count")]
    [InlineData(BlobFormat.TensorCount, -5, "count")]
    [InlineData(BlobFormat.TensorCount, 1 << 20, "count")]
    [InlineData(BlobFormat.TensorCount, int.MaxValue, "count")]
    public void A_tensor_outside_the_arena_is_refused(int field, int value, string name)
    {
        BlobEditor editor = TwoBranches(out int first, out _);
        editor[first + field] = value;
        Refusal.Expect(editor, $"tensor {first / BlobFormat.TensorWords}", name, Refusal.ByteOf(first + field));
    }

    [Theory]
    [InlineData(BlobFormat.PortTensor, 1, "tensor")]
    [InlineData(BlobFormat.PortTensor, -3, "tensor")]
    [InlineData(BlobFormat.PortTensor, 3000, "tensor")]
    [InlineData(BlobFormat.PortRank, -1, "rank")]
    [InlineData(BlobFormat.PortRank, 7, "rank")]
    [InlineData(BlobFormat.PortShape, 0, "shape")]
    [InlineData(BlobFormat.PortShape, 2, "shape")]
    [InlineData(BlobFormat.PortShape, int.MaxValue, "shape")]
    public void A_wrong_output_is_refused(int field, int value, string name)
    {
        BlobEditor editor = TwoBranches(out _, out _);
        editor[editor.Outputs[1] + field] = value;
        Refusal.Expect(editor, "output 1", name);
    }

    [Theory]
    [InlineData(TensorType.Int64)]
    [InlineData(TensorType.Tile)]
    public void Scratch_cannot_be_an_input(TensorType type)
    {
        BlobEditor editor = TwoBranches(out _, out _);
        int size = editor[InputEntry + BlobFormat.TensorCount];
        editor[InputEntry + BlobFormat.TensorKind] = (int)type;
        editor[InputEntry + BlobFormat.TensorOffset] = 0;
        editor.SetHeader(BlobFormat.ArenaWord + (int)type, size);
        FitArena(editor);
        Refusal.Expect(editor, "input 0", "tensor", Refusal.ByteOf(editor.Inputs[0] + BlobFormat.PortTensor), "scratch");
    }

    /// <summary>One input, two products of it, both outputs of the graph.</summary>
    private static BlobEditor TwoBranches(out int first, out int second)
    {
        GraphTensor input = Operands.Activation("input", [1, Size], 1, 0);
        GraphTensor a = Operands.Activation("a", [1, Size], 1, 0);
        GraphTensor b = Operands.Activation("b", [1, Size], 1, 0);
        ModelGraph graph = new("branches");
        graph.Inputs.Add(input);
        graph.Outputs.AddRange([a, b]);
        foreach (GraphTensor output in graph.Outputs)
        {
            graph.Operators.Add(new FullyConnected(input, Operands.Weights([Size, Size], [.. Enumerable.Repeat(1, Size * Size)], [1]), null, output, FusedActivation.None));
        }

        BlobEditor editor = new(GraphRunner.Convert(graph).Blob);
        first = editor[editor.MainProgram[0] + Record.Output];
        second = editor[editor.MainProgram[1] + Record.Output];
        return editor;
    }

    private static TensorType KindOf(BlobEditor editor, int record) =>
        (TensorType)(editor[editor[record + Record.Output] + BlobFormat.TensorKind] & ~BlobFormat.PersistentFlag);

    private static void MoveOnto(BlobEditor editor, int entry, int target, int distance)
    {
        editor[entry + BlobFormat.TensorOffset] = editor[target + BlobFormat.TensorOffset] + distance;
        FitArena(editor);
    }

    /// <summary>The arena must be exactly what its tensors need, so that it does not give a change away.</summary>
    private static void FitArena(BlobEditor editor)
    {
        int end = 0;
        for (int entry = 0; entry < editor.HeaderOf(BlobFormat.TensorCountWord) * BlobFormat.TensorWords; entry += BlobFormat.TensorWords)
        {
            if ((editor[entry + BlobFormat.TensorKind] & ~BlobFormat.PersistentFlag) != (int)TensorType.Int8) continue;
            end = Math.Max(end, editor[entry + BlobFormat.TensorOffset] + editor[entry + BlobFormat.TensorCount]);
        }

        editor.SetHeader(BlobFormat.ArenaWord, end);
    }
}
