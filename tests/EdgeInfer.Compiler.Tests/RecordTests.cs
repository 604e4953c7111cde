using System.Reflection;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Operators;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Compiler.Tests;

/// <summary>What the verifier refuses of a compiled record.</summary>
public class RecordTests
{
    /// <summary>A padded convolution, one whose taps are read in the input, and one that runs in place.</summary>
    public static TheoryData<int, int, int> Samples => new() { { 3, 1, 4 }, { 3, 0, 4 }, { 1, 0, 3 } };

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_field_has_a_value_that_is_refused(int filter, int padding, int filters)
    {
        CompiledGraph graph = Sample(filter, padding, filters);
        int length = Words(graph)[Record.Length];
        for (int field = 0; field < length; field++)
        {
            BlobException? refusal = Load(graph, field, int.MinValue);
            Assert.True(refusal is not null, $"field {field} may have any value");
            Assert.Contains("operator 0", refusal.Operator, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Code_of_another_model_is_refused()
    {
        CompiledGraph one = Sample(3, 1, 4), other = Sample(3, 1, 4, seed: 2), narrow = Sample(3, 1, 2);
        Assert.Contains("compiled from another model", Refusal(other, one).Message, StringComparison.Ordinal);
        Assert.Contains("compiled for other shapes", Refusal(narrow, one).Message, StringComparison.Ordinal);
        Assert.Contains("needs generated code", Assert.Throws<BlobException>(() => Model.Load(one.Code.Conversion.Blob)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => Model.Load(new ArrayBlobSource(one.Code.Conversion.Blob), null!));
        Assert.Throws<ArgumentNullException>(() => Model.Load(new ArrayBlobSource(one.Code.Conversion.Blob), [null!]));
    }

    [Fact]
    public void Taps_in_the_padding_need_a_window()
    {
        BlobException refusal = Load(Sample(3, 1, 4), Kernels.Compiled.Window, Record.None)!;
        Assert.Contains("taps that do not lie in the input need one", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Taps_that_would_not_be_where_the_code_reads_them_are_refused()
    {
        // As many elements apart and as many outputs, but three columns become one row of a wider filter.
        CompiledGraph graph = Sample(3, 1, 4);
        BlobEditor editor = new(graph.Code.Conversion.Blob);
        int record = editor.MainProgram[0], rowStep = editor[record + Kernels.Compiled.RowStep];
        editor[record + Kernels.Compiled.FilterHeight] = 1;
        editor[record + Kernels.Compiled.FilterWidth] = 2;
        editor[record + Kernels.Compiled.DilationWidth] = (2 * rowStep) + 2;
        editor[record + Kernels.Compiled.RowStep] = (2 * rowStep) + 3;
        TargetInvocationException refusal = Assert.Throws<TargetInvocationException>(() => Loader(graph).Invoke(null, [new ArrayBlobSource(editor.Seal())]));
        Assert.Contains("compiled for other shapes", refusal.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Changed_geometry_never_reads_outside()
    {
        // Whatever passes the verifier must run; the arena is exactly as large as the tensors, so that a step outside throws.
        CompiledGraph[] graphs = [Sample(3, 1, 4), Sample(3, 0, 4), Sample(1, 0, 3)];
        Random random = new(4);
        int accepted = 0;
        for (int i = 0; i < 6000; i++)
        {
            CompiledGraph graph = graphs[i % graphs.Length];
            BlobEditor editor = new(graph.Code.Conversion.Blob);
            int record = editor.MainProgram[0];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                int field = record + random.Next(Record.Units, Kernels.Compiled.Words);
                editor[field] += random.Next(-3, 4);
            }

            try
            {
                Interpreter interpreter = new((Model)Loader(graph).Invoke(null, [new ArrayBlobSource(editor.Seal())])!);
                interpreter.Invoke();
                accepted++;
            }
            catch (TargetInvocationException e) when (e.InnerException is BlobException)
            {
                // Refused, as most are.
            }
        }

        Assert.True(accepted > 0);
    }

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<CompiledGraph, MethodInfo> Loaders = [];

    private static MethodInfo Loader(CompiledGraph graph) => Loaders.GetValue(graph, g => CompiledGraph.Loader(g.Code.Build.Image, g.Code.ClassName));

    private static CompiledGraph Sample(int filter, int padding, int filters, int seed = 1)
    {
        int[] weights = Operands.Int8s(filters * filter * filter * 3, Pattern.Random, new Random(seed));
        int size = 6 + (2 * padding) - filter + 1;
        return CompiledGraph.Of(() => new Conv2D(
            Operands.Activation("input", [1, 6, 6, 3], 0.1f, 5),
            Operands.Weights([filters, filter, filter, 3], weights, [0.01f]),
            null,
            Operands.Activation("output", [1, size, size, filters], 0.2f, -9),
            new Window2D(Top: padding, Left: padding, Bottom: padding, Right: padding),
            FusedActivation.Relu));
    }

    private static int[] Words(CompiledGraph graph)
    {
        BlobEditor editor = new(graph.Code.Conversion.Blob);
        return [.. Enumerable.Range(editor.MainProgram[0], Kernels.Compiled.Words).Select(word => editor[word])];
    }

    private static BlobException? Load(CompiledGraph graph, int field, int value)
    {
        BlobEditor editor = new(graph.Code.Conversion.Blob);
        editor[editor.MainProgram[0] + field] = value;
        try
        {
            Loader(graph).Invoke(null, [new ArrayBlobSource(editor.Seal())]);
            return null;
        }
        catch (TargetInvocationException e) when (e.InnerException is BlobException refusal)
        {
            return refusal;
        }
    }

    private static Exception Refusal(CompiledGraph code, CompiledGraph blob) =>
        Assert.Throws<TargetInvocationException>(() => Loader(code).Invoke(null, [new ArrayBlobSource(blob.Code.Conversion.Blob)])).InnerException!;
}
