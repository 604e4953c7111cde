using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

/// <summary>Tensors and runs of operators that only move elements, whatever their type.</summary>
internal static class Movement
{
    public const int ZeroPoint = 7;

    public static readonly ElementType[] Types = [ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Int32, ElementType.Float32];

    public static readonly Gen<ElementType> AnyType = Gen.Frequency((3, Gen.Const(ElementType.Int8)), (2, Gen.Int[0, Types.Length - 1].Select(i => Types[i])));

    public static Gen<int[]> Shapes(int minimumRank, int maximumRank, int longest = 6) => Gen.Int[1, longest].Array[minimumRank, maximumRank];

    public static GraphTensor Tensor(string name, ElementType type, int[] shape, float scale = 0.5f) =>
        new(name, type, shape) { Quantization = type is ElementType.Int32 or ElementType.Float32 ? null : new Quantization(scale, ZeroPoint) };

    /// <summary>What padding is made of.</summary>
    public static int Zero(ElementType type) => type is ElementType.Int32 or ElementType.Float32 ? 0 : ZeroPoint;

    /// <summary>An array without equal neighbours, of numbers that every type can hold.</summary>
    public static NestedArray Numbers(int[] shape, int seed = 0) => new(shape, [.. Enumerable.Range(seed, NestedArray.Count(shape)).Select(i => i * 37 % 128)]);

    /// <summary>Runs an operator on all its inputs and reads all its outputs.</summary>
    public static int[][] Run(Operator op, params NestedArray[] inputs)
    {
        Interpreter interpreter = GraphRunner.For(op).Interpreter;
        ArenaGarbage.Scatter(interpreter, 3);
        for (int i = 0; i < inputs.Length; i++)
        {
            Tensor tensor = interpreter.Input(i);
            for (int e = 0; e < tensor.Count; e++) Write(tensor, e, inputs[i].Values[e]);
        }

        interpreter.Invoke();
        ConformanceCounts.Count();
        return [.. Enumerable.Range(0, interpreter.OutputCount).Select(o => Read(interpreter.Output(o)))];
    }

    private static void Write(Tensor tensor, int index, int value)
    {
        if (tensor.Type == TensorType.Float32) tensor.Float32[tensor.Offset + index] = value;
        else tensor[index] = value;
    }

    private static int[] Read(Tensor tensor) =>
        [.. Enumerable.Range(0, tensor.Count).Select(e => tensor.Type == TensorType.Float32 ? (int)tensor.Float32[tensor.Offset + e] : tensor[e])];
}
