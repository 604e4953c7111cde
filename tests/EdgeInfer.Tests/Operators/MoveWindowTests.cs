using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Verification;
using Layout = EdgeInfer.Kernels.Copy;

namespace EdgeInfer.Tests.Operators;

/// <summary>Windows that are moved on in place.</summary>
public sealed class MoveWindowTests
{
    [Fact]
    public void New_rows_take_the_place_of_those_that_move_on()
    {
        GraphRunner runner = Runner([1, 2, 3, 4, 5], 2, 0, 3, 3, 2);
        Assert.Equal([3, 4, 5, 10, 11], runner.Run([10, 11]));
        Assert.Equal([5, 10, 11, 20, 21], runner.Run([20, 21]));
        runner.Reset();
        Assert.Equal([3, 4, 5, 30, 31], runner.Run([30, 31]));
    }

    [Fact]
    public void Any_window_moves_as_a_list_does() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 20], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, int.MaxValue]).Sample(
            (kept, fresh, before, behind, seed) =>
            {
                // [before | kept | fresh | behind]: the kept elements are `fresh` further on until they move.
                int size = before + kept + fresh + behind;
                Random random = new(seed);
                int[] window = random.Next(2) == 0 ? Operands.Int8s(size, Pattern.Random, random) : [.. Enumerable.Repeat(7, size)];
                GraphRunner runner = Runner(window, before + fresh, before, kept, before + kept, fresh);
                for (int i = 0; i < 3; i++)
                {
                    int[] piece = Operands.Int8s(fresh, Pattern.Random, random);
                    window = [.. window[..before], .. window[(before + fresh)..(before + fresh + kept)], .. piece, .. window[(before + kept + fresh)..]];
                    Assert.Equal(window, i == 2 ? runner.RunInSteps(piece) : runner.Run(piece));
                }
            },
            iter: 200);

    /// <summary>The reset program stores one row and repeats it.</summary>
    [Fact]
    public void A_window_that_starts_alike_in_all_rows_is_stored_once()
    {
        BlobEditor editor = new(SampleGraphs.Blob("moving window"));
        Assert.Equal([(int)OperatorCode.LoadConstant, (int)OperatorCode.Copy], editor.ResetProgram.Select(r => editor[r + Record.Code]));
        Assert.Equal(4, editor[editor.ResetProgram[0] + Kernels.LoadConstant.Count]);
    }

    [Fact]
    public void Elements_that_would_move_over_what_is_still_to_be_read_are_refused()
    {
        BlobEditor editor = new(SampleGraphs.Blob("moving window"));
        int record = editor.Find(OperatorCode.Copy);
        (editor[record + Layout.InputStart], editor[record + Layout.OutputStart]) = (0, 8);
        Verification.Refusal.Expect(editor, "operator 0 (Copy)", "output", Verification.Refusal.ByteOf(record + Record.Output), "overlaps another operand");
    }

    [Theory]
    [InlineData(Layout.OutputStart, 3)]
    [InlineData(Layout.RunStep, 2)]
    public void Elements_that_would_be_repeated_over_themselves_are_refused(int field, int value)
    {
        BlobEditor editor = new(SampleGraphs.Blob("moving window"));
        int record = editor.ResetProgram[1];
        editor[record + field] = value;
        Assert.Throws<BlobException>(() => Model.Load(editor.Seal()));
    }

    [Theory]
    [InlineData(0, 1, 3, 3)]
    [InlineData(2, 0, 4, 3)]
    [InlineData(2, 0, 3, 4)]
    [InlineData(2, -1, 3, 3)]
    public void A_window_that_its_rows_do_not_fit_is_refused(int from, int to, int count, int start) =>
        Refusal.Demand("its rows do not lie within the 5 elements of 'window'", Window([1, 2, 3, 4, 5], from, to, count, start, 2));

    private static GraphRunner Runner(int[] initial, int from, int to, int count, int start, int fresh)
    {
        MoveWindow op = Window(initial, from, to, count, start, fresh);
        GraphTensor output = Operands.Activation("output", [initial.Length], 0.1f, 0);
        ModelGraph graph = new("window");
        graph.Inputs.Add(op.Inputs[1]!);
        graph.Operators.AddRange([op, new ReadVariable(op.Output, output)]);
        graph.Outputs.Add(output);
        return GraphRunner.For(graph);
    }

    private static MoveWindow Window(int[] initial, int from, int to, int count, int start, int fresh)
    {
        GraphTensor window = new("window", ElementType.Int8, [initial.Length])
        {
            Quantization = new Quantization(0.1f, 0),
            IsVariable = true,
            InitialData = [.. initial.Select(v => (byte)v)],
        };
        return new MoveWindow(window, from, to, count, [Operands.Activation("piece", [fresh], 0.1f, 0)], [start]);
    }
}
