using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.BatchMatMulInt16;

namespace EdgeInfer.Tests.Operators;

/// <summary>Products of computed matrices of 16 bits.</summary>
public class Int16BatchMatMulTests
{
    public static TheoryData<string> Cases => KernelCase.NamesOf("batch_matmul_s16");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name)
    {
        KernelCase golden = KernelCase.Load("batch_matmul_s16", name);
        int[] Shape(string side) => [.. new[] { "batch", "height", "rows", "cols" }.Select(d => golden[$"{side}_{d}"])];

        float outputScale = (float)(Math.ScaleB(1.0, 31 - golden["output_shift"]) / golden["output_multiplier"]);
        BatchMatMul op = new(
            Operands.Wide("a", Shape("lhs"), 1), Operands.Wide("b", Shape("rhs"), 1), golden["adj_x"] != 0, golden["adj_y"] != 0, Operands.Wide("output", Shape("output"), outputScale));

        Assert.Equal(golden.Integers("output"), GraphRunner.For(op).Run(golden.Integers("lhs"), golden.Integers("rhs")));
    }

    [Fact]
    public void A_literal_example()
    {
        // (100 200) (5 7)   (1700 2300)
        // (300 400) (6 8) = (3900 5300)
        BatchMatMul op = new(Operands.Wide("a", [2, 2], 1), Operands.Wide("b", [2, 2], 1), false, false, Operands.Wide("output", [2, 2], 1));
        Assert.Equal([1700, 2300, 3900, 5300], GraphRunner.For(op).Run([100, 200, 300, 400], [5, 7, 6, 8]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from batches in Gen.Int[1, 3].Array[0, 3]
         from rows in Gen.Int[1, 7]
         from columns in Gen.Int[1, 10]
         from depth in Gen.Frequency((4, Gen.Int[1, 20]), (1, Gen.Int[30, 140]))
         from transposed in Gen.Int[0, 3]
         from shared in Gen.Bool
         from constant in Gen.Bool
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from exponent in Gen.Int[-4, 12]
         from seed in Gen.Int
         select (batches, rows, columns, depth, transposed, shared, constant, patterns, exponent, seed))
        .Sample(
            s =>
            {
                Random random = new(s.seed);
                bool transposesA = (s.transposed & 1) != 0, transposesB = (s.transposed & 2) != 0;
                int[] shapeA = [.. s.batches, .. transposesA ? new[] { s.depth, s.rows } : [s.rows, s.depth]];
                int[] shapeB = [.. s.shared ? [] : s.batches, .. transposesB ? new[] { s.columns, s.depth } : [s.depth, s.columns]];
                NestedArray a = new(shapeA, Operands.Int16s(NestedArray.Count(shapeA), s.patterns.Item1, random)), b = new(shapeB, Operands.Int16s(NestedArray.Count(shapeB), s.patterns.Item2, random));
                int[] shape = [.. s.batches, s.rows, s.columns];
                float outputScale = (float)((0.5 + random.NextDouble()) * Math.Pow(2, s.exponent) / 32);
                GraphTensor second = Operands.Wide("b", shapeB, 0.25f);
                if (s.constant) second.Data = [.. b.Values.SelectMany(v => BitConverter.GetBytes((short)v))];
                GraphRunner runner = GraphRunner.For(new BatchMatMul(Operands.Wide("a", shapeA, 0.125f), second, transposesA, transposesB, Operands.Wide("output", shape, outputScale)));

                int[] expected = BatchMatMulOracle.Run(a, b, transposesA, transposesB, shape, (0, 0, 0), GemmlowpOracle.Quantize((double)(0.125f * 0.25f) / outputScale), wide: true).Values;
                int[][] inputs = s.constant ? [a.Values] : [a.Values, b.Values];
                Assert.Equal(expected, runner.Run(inputs));
                Assert.Equal(expected, runner.RunInSteps(inputs));
            },
            iter: 500);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor a = Operands.Wide("a", [2, 3], 1), b = Operands.Wide("b", [3, 4], 1);
        Refusal.Demand("is too small for inputs", new BatchMatMul(a, b, false, false, Operands.Wide("output", [2, 4], 1e-3f)));
        Refusal.Demand("supported are 65535", new BatchMatMul(Operands.Wide("a", [1, 65536], 1), Operands.Wide("b", [65536, 1], 1), false, false, Operands.Wide("output", [1, 1], 1)));
        Operator good = new BatchMatMul(a, b, false, false, Operands.Wide("output", [2, 4], 1));
        RecordRefusal.Demand("sums", good, Layout.Sums, 1 << 20);
        RecordRefusal.Demand("multiplier", good, Layout.Multiplier, 32768);
        RecordRefusal.Demand("shift", good, Layout.Shift, 0);
        RecordRefusal.Demand("first input", good, Layout.RowStride, 1000);
        RecordRefusal.Demand("second input", good, Layout.ColumnStride, 1000);
        RecordRefusal.Demand("depth", good, Layout.Depth, 65536);
    }
}
