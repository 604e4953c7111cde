using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

/// <summary>Makes an operator on two tensors.</summary>
internal delegate Operator PairMaker(GraphTensor input1, GraphTensor input2, GraphTensor output, FusedActivation activation);

/// <summary>Zero points of two operands and of the output, and the limits of the output.</summary>
internal readonly record struct PairNumbers((int First, int Second, int Output) ZeroPoints, float Scale1, float Scale2, float ScaleOut, int Min, int Max);

/// <summary>What all operators on two tensors must pass.</summary>
internal static class PairCase
{
    /// <summary>The output shape, and for either operand the dimensions that it repeats (bits) and the leading ones that it lacks.</summary>
    private static readonly Gen<(int[] Output, int Repeated1, int Repeated2, int Missing1, int Missing2)> Shapes =
        from shape in Gen.Frequency((8, Gen.Int[1, 6].Array[1, 5]), (1, Gen.Select(Gen.Int[1, 3], Gen.Int[30, 90], (a, b) => new[] { a, b * 64 })))
        from repeated1 in Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[0, 31]))
        from repeated2 in Gen.Frequency((1, Gen.Const(0)), (2, Gen.Int[0, 31]))
        from missing1 in Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[0, shape.Length]))
        from missing2 in Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[0, shape.Length]))
        select (shape, repeated1, repeated2, missing1, missing2);

    /// <summary>Scales over which no product is beyond what the reference can scale.</summary>
    private static readonly Gen<float> Scales = from exponent in Gen.Int[-10, 1] from mantissa in Gen.Float[1, 2] select MathF.ScaleB(mantissa, exponent);

    /// <summary>Scales of 16-bit operands and of outputs for which the same holds.</summary>
    private static readonly Gen<(float, float, float)> WideScales = Gen.Select(Scales, Scales, Scales, (a, b, y) => (a / 512, b / 512, y / 4));

    /// <summary>Compares with a definition, over shapes, quantizations and extreme numbers, on int8 or int16 tensors.</summary>
    public static void CheckProperty(PairMaker make, Func<PairNumbers, int, int, int> expected, bool wide = false) =>
        (from shapes in Shapes
         from zeroPoints in wide ? Gen.Const((0, 0, 0)) : Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints, Operands.ZeroPoints)
         from scales in wide ? WideScales : Gen.Frequency((3, Gen.Select(Scales, Scales, Scales)), (1, Scales.Select(s => (s, s, s))))
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from relu in Gen.Bool
         from constant in Gen.Int[0, 5]
         from seed in Gen.Int
         select (shapes, zeroPoints, scales, patterns, relu, constant, seed))
        .Sample(
            s => Check(make, expected, wide, s.shapes, s.zeroPoints, s.scales, s.patterns, s.relu, s.constant, s.seed),
            iter: 1500);

    /// <summary>The output takes the memory of whichever operand is as large and is not needed afterwards.</summary>
    public static void CheckInPlace(PairMaker make)
    {
        Assert.Equal(200, ArenaBytes(make, [10, 10], [10, 10], keepFirst: false));
        Assert.Equal(200, ArenaBytes(make, [10, 10], [10, 10], keepFirst: true));
        Assert.Equal(110, ArenaBytes(make, [10, 1], [10, 10], keepFirst: false));
        Assert.Equal(101, ArenaBytes(make, [10, 10], [1], keepFirst: false));
        Assert.Equal(120, ArenaBytes(make, [10, 1], [1, 10], keepFirst: false));
    }

    public static void CheckRefusals(PairMaker make)
    {
        GraphTensor a = Operands.Activation("a", [2, 3], 1, 0);
        Operator Make(GraphTensor first, GraphTensor second, GraphTensor output) => make(first, second, output, FusedActivation.None);
        Refusal.Demand("cannot be broadcast", Make(a, Operands.Activation("b", [2, 2], 1, 0), Operands.Activation("output", [2, 3], 1, 0)));
        Refusal.Demand("cannot be broadcast", Make(a, a, Operands.Activation("output", [3, 2], 1, 0)));
        Refusal.Demand("its input 1 'b' is Int16", Make(a, new GraphTensor("b", ElementType.Int16, [2, 3]) { Quantization = new Quantization(1, 0) }, Operands.Activation("output", [2, 3], 1, 0)));
        Refusal.Demand("has no quantization", Make(a, a, new GraphTensor("output", ElementType.Int8, [2, 3])));
        Refusal.Demand("scale a channel", Make(a, new GraphTensor("b", ElementType.Int8, [2, 3]) { Quantization = new Quantization([1, 2, 3], [0, 0, 0], 1) }, Operands.Activation("output", [2, 3], 1, 0)));
        Refusal.Demand("is too small for inputs", Make(a, a, Operands.Activation("output", [2, 3], 1e-7f, 0)));
        GraphTensor odd = Operands.Activation("odd", [2, 1, 2, 1, 2, 1], 1, 0), even = Operands.Activation("even", [1, 2, 1, 2, 1, 2], 1, 0);
        Refusal.Demand("alternate", Make(odd, even, Operands.Activation("output", [2, 2, 2, 2, 2, 2], 1, 0)));

        Operator good = Make(a, Operands.Activation("b", [1, 3], 1, 0), Operands.Activation("output", [2, 3], 1, 0));
        RecordRefusal.Demand("stride", good, Broadcast.Strides1 + 3, -1);
        RecordRefusal.Demand("first input", good, Broadcast.Strides1 + 3, 4);
        RecordRefusal.Demand("second input", good, Broadcast.Strides2 + 3, 1);
        RecordRefusal.Demand("length", good, Broadcast.Lengths, 0);
        RecordRefusal.Demand("units", good, Broadcast.Lengths, 2);
        RecordRefusal.Demand("stride", good, Broadcast.Strides2, (1 << 24) + 1);
    }

    private static void Check(
        PairMaker make, Func<PairNumbers, int, int, int> expected, bool wide, (int[] Output, int Repeated1, int Repeated2, int Missing1, int Missing2) shapes,
        (int First, int Second, int Output) zeroPoints, (float, float, float) scales, (Pattern First, Pattern Second) patterns, bool relu, int constant, int seed)
    {
        Random random = new(seed);
        int[] shape1 = Operand(shapes.Output, shapes.Repeated1, shapes.Missing1), shape2 = Operand(shapes.Output, shapes.Repeated2, shapes.Missing2);
        int[] shape = BroadcastShape(shape1, shape2);
        int[] Integers(int[] shape, Pattern pattern) => wide ? Operands.Int16s(NestedArray.Count(shape), pattern, random) : Operands.Int8s(NestedArray.Count(shape), pattern, random);
        GraphTensor Tensor(string name, int[] shape, float scale, int zeroPoint) => wide ? Operands.Wide(name, shape, scale) : Operands.Activation(name, shape, scale, zeroPoint);
        byte[] Bytes(int[] values) => [.. values.SelectMany(v => wide ? BitConverter.GetBytes((short)v) : [(byte)v])];
        NestedArray x1 = new(shape1, Integers(shape1, patterns.First)), x2 = new(shape2, Integers(shape2, patterns.Second));
        int min = wide ? short.MinValue : sbyte.MinValue, max = wide ? short.MaxValue : sbyte.MaxValue;
        PairNumbers numbers = new(zeroPoints, scales.Item1, scales.Item2, scales.Item3, relu ? zeroPoints.Output : min, max);
        GraphTensor first = Tensor("first", shape1, numbers.Scale1, zeroPoints.First), second = Tensor("second", shape2, numbers.Scale2, zeroPoints.Second);
        if (constant == 1) first.Data = Bytes(x1.Values);
        if (constant == 2) second.Data = Bytes(x2.Values);
        GraphRunner runner = GraphRunner.For(make(first, second, Tensor("output", shape, numbers.ScaleOut, zeroPoints.Output), relu ? FusedActivation.Relu : FusedActivation.None));

        int[] wanted = BroadcastOracle.Run(x1, x2, shape, (a, b) => expected(numbers, a, b)).Values;
        int[][] inputs = constant switch { 1 => [x2.Values], 2 => [x1.Values], _ => [x1.Values, x2.Values] };
        Assert.Equal(wanted, runner.Run(inputs));
        Assert.Equal(wanted, runner.RunInSteps(inputs));
    }

    private static int[] Operand(int[] output, int repeated, int missing) =>
        [.. output.Select((n, d) => (repeated >> d & 1) == 0 ? n : 1).Skip(missing)];

    private static int[] BroadcastShape(int[] a, int[] b)
    {
        int rank = Math.Max(a.Length, b.Length);
        int At(int[] shape, int d) => d < rank - shape.Length ? 1 : shape[d - (rank - shape.Length)];
        return [.. Enumerable.Range(0, rank).Select(d => Math.Max(At(a, d), At(b, d)))];
    }

    private static int ArenaBytes(PairMaker make, int[] shape1, int[] shape2, bool keepFirst)
    {
        GraphTensor a = Operands.Activation("a", shape1, 1, 0), b = Operands.Activation("b", shape2, 1, 0);
        GraphTensor output = Operands.Activation("output", BroadcastShape(shape1, shape2), 1, 0);
        ModelGraph graph = GraphRunner.GraphOf(make(a, b, output, FusedActivation.None));
        if (keepFirst) graph.Outputs.Add(a);
        return GraphRunner.Convert(graph).Model.ArenaBytes;
    }
}
