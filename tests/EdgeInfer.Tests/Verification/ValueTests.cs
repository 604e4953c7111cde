using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Operators;
using Move = EdgeInfer.Kernels.Copy;

namespace EdgeInfer.Tests.Verification;

/// <summary>What the verifier knows of values: who holds one, how much of it, and what a record's work is.</summary>
public class ValueTests
{
    [Fact]
    public void A_part_is_no_value()
    {
        BlobEditor editor = new(GraphRunner.For(Joined()).Result.Blob);
        int second = editor.MainProgram[^1];

        // The second half is written over the first: no byte of the memory beyond was ever written.
        editor[second + Move.RunLength] = 1;
        editor[second + Record.Work] = 2;
        BlobException refusal = Assert.Throws<BlobException>(() => Model.Load(editor.Seal()));
        Assert.Contains("output 0", refusal.Operator, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_twice_under_two_names_counts_once()
    {
        BlobEditor editor = new(SampleGraphs.Blob("parts"));
        int whole = BlobFormat.TensorWords, left = 2 * BlobFormat.TensorWords;
        int[] records = [.. editor.MainProgram];
        Assert.Equal((left, 4 * BlobFormat.TensorWords), (editor[records[0] + Record.Output], editor[records[1] + Record.Output]));

        // Four elements of the whole by its own name, three of them again by the name of the part: nobody writes the last three.
        editor[records[0] + Record.Output] = whole;
        editor[records[1] + Record.Output] = left;
        BlobException refusal = Assert.Throws<BlobException>(() => Model.Load(editor.Seal()));
        Assert.Contains("holds no value", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Work_is_proven() =>
        RecordRefusal.Demand("work", new Relu(Operands.Activation("x", [1, 8], 1, 0), Operands.Activation("y", [1, 8], 1, 0), FusedActivation.Relu), Record.Work, 1);

    [Fact]
    public void Work_of_a_model_is_the_sum_over_its_units()
    {
        Model model = GraphRunner.For(Joined()).Result.Model;
        Assert.Equal(8, model.Work);
    }

    private static Concatenation Joined() =>
        new([Operands.Activation("a", [2, 2], 1, 0), Operands.Activation("b", [2, 2], 1, 0)], 1, Operands.Activation("y", [2, 4], 1, 0), FusedActivation.None);
}
