using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.BatchMatMul;

namespace EdgeInfer.Tests.Operators;

public class BatchMatMulTests
{
    public static TheoryData<string> Cases => KernelCase.NamesOf("batch_matmul_s8");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name)
    {
        KernelCase golden = KernelCase.Load("batch_matmul_s8", name);
        int[] Shape(string side) => [.. new[] { "batch", "height", "rows", "cols" }.Select(d => golden[$"{side}_{d}"])];

        float outputScale = (float)(Math.ScaleB(1.0, 31 - golden["output_shift"]) / golden["output_multiplier"]);
        GraphTensor a = Operands.Activation("a", Shape("lhs"), 1, -golden["lhs_offset"]), b = Operands.Activation("b", Shape("rhs"), 1, -golden["rhs_offset"]);
        GraphTensor output = Operands.Activation("output", Shape("output"), outputScale, golden["output_offset"]);
        BatchMatMul op = new(a, b, golden["adj_x"] != 0, golden["adj_y"] != 0, output);

        Assert.Equal(golden.Integers("output"), GraphRunner.For(op).Run(golden.Integers("lhs"), golden.Integers("rhs")));
    }

    [Fact]
    public void A_literal_example()
    {
        // (1 2) (5 7)   (17 23)
        // (3 4) (6 8) = (39 53)
        Assert.Equal([17, 23, 39, 53], Run([1, 2, 3, 4], [5, 7, 6, 8], false, false));
        Assert.Equal([17, 23, 39, 53], Run([1, 3, 2, 4], [5, 7, 6, 8], true, false));
        Assert.Equal([17, 23, 39, 53], Run([1, 2, 3, 4], [5, 6, 7, 8], false, true));
        Assert.Equal([17, 23, 39, 53], Run([1, 3, 2, 4], [5, 6, 7, 8], true, true));
    }

    [Fact]
    public void Agrees_with_the_definition() => CasesWhere(constant: false).Sample(Check, iter: 1200);

    [Fact]
    public void Agrees_with_the_definition_where_an_operand_is_constant() => CasesWhere(constant: true).Sample(Check, iter: 600);

    [Fact]
    public void The_longest_sum_does_not_overflow()
    {
        int depth = Layout.MaximumDepth;
        int[] a = Operands.Int8s(depth, Pattern.AllSmallest, new Random(1));
        BatchMatMul op = new(
            Operands.Activation("a", [1, depth], 1, 127), Operands.Activation("b", [depth, 1], 1, 127), false, false, Operands.Activation("output", [1, 1], 1e9f, 0));
        Assert.Equal([2], GraphRunner.For(op).Run(a, a));
    }

    [Fact]
    public void A_constant_matrix_is_weights()
    {
        GraphTensor constant = Operands.Weights([3, 2], [1, 2, 3, 4, 5, 6], [1]);
        GraphTensor a = Operands.Activation("a", [2, 2, 3], 1, 0), output = Operands.Activation("output", [2, 2, 2], 1, 0);
        GraphRunner runner = GraphRunner.For(new BatchMatMul(a, constant, false, false, output));

        Assert.Equal(OperatorCode.FullyConnected, runner.Result.Packer.MainProgram.Single().Code);
        Assert.Equal([1, 2, 3, 4, 5, 6, 9, 12], runner.Run([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1]));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor a = Operands.Activation("a", [2, 3], 1, 0), output = Operands.Activation("output", [2, 4], 1, 0);
        Refusal.Demand("does not follow", new BatchMatMul(a, Operands.Activation("b", [4, 4], 1, 0), false, false, output));
        Refusal.Demand("does not follow", new BatchMatMul(a, Operands.Activation("b", [3, 4], 1, 0), true, false, output));
        Refusal.Demand("two dimensions", new BatchMatMul(a, Operands.Activation("b", [3], 1, 0), false, false, output));
        Refusal.Demand("is Int16, supported is Int8", new BatchMatMul(a, Operands.Wide("b", [3, 4], 1), false, false, output));
        Refusal.Demand("alternate", new BatchMatMul(
            Operands.Activation("a", [2, 1, 2, 1, 2, 3], 1, 0), Operands.Activation("b", [1, 2, 1, 2, 3, 4], 1, 0), false, false, Operands.Activation("output", [2, 2, 2, 2, 2, 4], 1, 0)));

        Operator good = new BatchMatMul(Operands.Activation("a", [2, 3, 4], 1, 0), Operands.Activation("b", [2, 4, 5], 1, 0), false, false, Operands.Activation("output", [2, 3, 5], 1, 0));
        RecordRefusal.Demand("length", good, Layout.BatchLengths, 0);
        RecordRefusal.Demand("stride", good, Layout.BatchStrides1 + 2, -1);
        RecordRefusal.Demand("first input", good, Layout.BatchStrides1 + 2, 1000);
        RecordRefusal.Demand("second input", good, Layout.BatchStrides2 + 2, 1000);
        RecordRefusal.Demand("rows", good, Layout.Rows, 0);
        RecordRefusal.Demand("units", good, Layout.Columns, 30);
        RecordRefusal.Demand("depth", good, Layout.Depth, Layout.MaximumDepth + 1);
        RecordRefusal.Demand("first input", good, Layout.RowStride, 1000);
        RecordRefusal.Demand("first input", good, Layout.DepthStride1, 1000);
        RecordRefusal.Demand("second input", good, Layout.ColumnStride, 1000);
        RecordRefusal.Demand("second input", good, Layout.DepthStride2, 1000);
        RecordRefusal.Demand("first zero point", good, Layout.ZeroPoint1, 128);
        RecordRefusal.Demand("second zero point", good, Layout.ZeroPoint2, -129);
        RecordRefusal.Demand("shift", good, Layout.Shift, 63);
        RecordRefusal.Demand("output zero point", good, Layout.OutputZeroPoint, 128);
        RecordRefusal.Demand("packed columns", good, Layout.Packed, -1);
    }

    private static Gen<Case> CasesWhere(bool constant) =>
        from batches in Gen.Int[1, 3].Array[0, 3]
        from repeated in Gen.Int[0, 7].Array[2]
        from missing in Gen.Int[0, batches.Length].Array[2]
        from rows in Gen.Int[1, 7]
        from columns in Gen.Int[1, 10]
        from depth in Gen.Frequency((4, Gen.Int[1, 20]), (1, Gen.Int[30, 140]))
        from transposed in Gen.Int[0, 3]
        from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints, Operands.ZeroPoints)
        from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
        from exponent in Gen.Int[-20, 2]
        from seed in Gen.Int
        select new Case(batches, repeated, missing, (rows, columns, depth), transposed, zeroPoints, patterns, exponent, seed, constant);

    private static void Check(Case s)
    {
        Random random = new(s.Seed);
        (int rows, int columns, int depth) = s.Sizes;
        int[] Batches(int i) => [.. s.Batches.Select((n, d) => (s.Repeated[i] >> d & 1) != 0 ? 1 : n).Skip(s.Missing[i])];
        bool transposesA = (s.Transposed & 1) != 0, transposesB = (s.Transposed & 2) != 0;
        int[] batchesA = Batches(0), batchesB = Batches(1);
        int[] shapeA = [.. batchesA, .. transposesA ? new[] { depth, rows } : [rows, depth]], shapeB = [.. batchesB, .. transposesB ? new[] { columns, depth } : [depth, columns]];
        int rank = Math.Max(batchesA.Length, batchesB.Length);
        int Length(int[] batches, int d) => d - rank + batches.Length < 0 ? 1 : batches[d - rank + batches.Length];
        int[] shape = [.. Enumerable.Range(0, rank).Select(d => Math.Max(Length(batchesA, d), Length(batchesB, d))), rows, columns];
        NestedArray a = new(shapeA, Operands.Int8s(NestedArray.Count(shapeA), s.Patterns.Item1, random)), b = new(shapeB, Operands.Int8s(NestedArray.Count(shapeB), s.Patterns.Item2, random));
        float outputScale = (float)((0.5 + random.NextDouble()) * Math.Pow(2, -s.Exponent) / 64);
        GraphTensor second = Operands.Activation("b", shapeB, 0.25f, s.ZeroPoints.Item2);
        if (s.Constant) second.Data = [.. b.Values.Select(v => (byte)v)];
        BatchMatMul op = new(Operands.Activation("a", shapeA, 0.125f, s.ZeroPoints.Item1), second, transposesA, transposesB, Operands.Activation("output", shape, outputScale, s.ZeroPoints.Item3));

        int[] expected = BatchMatMulOracle.Run(a, b, transposesA, transposesB, shape, s.ZeroPoints, GemmlowpOracle.Quantize(0.03125 / outputScale)).Values;
        GraphRunner runner = GraphRunner.For(op);
        int[][] inputs = s.Constant ? [a.Values] : [a.Values, b.Values];
        Assert.Equal(expected, runner.Run(inputs));
        Assert.Equal(expected, runner.RunInSteps(inputs));
    }

    private static int[] Run(int[] a, int[] b, bool transposesA, bool transposesB) => GraphRunner.For(new BatchMatMul(
        Operands.Activation("a", [2, 2], 1, 0), Operands.Activation("b", [2, 2], 1, 0), transposesA, transposesB, Operands.Activation("output", [2, 2], 1, 0))).Run(a, b);

    private sealed record Case(
        int[] Batches, int[] Repeated, int[] Missing, (int Rows, int Columns, int Depth) Sizes, int Transposed, (int, int, int) ZeroPoints, (Pattern, Pattern) Patterns, int Exponent, int Seed, bool Constant);
}
