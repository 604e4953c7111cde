using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Converter.Tflite;
using EdgeInfer.Tests.Tflite;

namespace EdgeInfer.Fuzzing;

/// <summary>The whole way from a .tflite file to a blob, and the import of float models as far as it goes without data.</summary>
internal sealed class TfliteTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "tflite";

    /// <inheritdoc/>
    public override bool Run(byte[] input)
    {
        bool converted = Refusal.Of(() => ModelConverter.Convert(input, "fuzzed.tflite", new ConversionOptions { SelfTestFrames = 0 }));
        return Refusal.Of(() => GraphQuantizer.Check(TfliteImporter.ImportFloat(input, "fuzzed.tflite"))) || converted;
    }

    /// <summary>Every operator of the importer's table, with operands that many operators have.</summary>
    public override IEnumerable<byte[]> Seeds()
    {
        yield return TfliteBuilder.SmallModel().Build();
        foreach (string name in TfliteOperatorTable.Names)
        {
            foreach (ElementType type in (ElementType[])[ElementType.Int8, ElementType.Int16, ElementType.Float32])
            {
                yield return Model(name, type, (main, x) => [x]);
                yield return Model(name, type, (main, x) => [x, x, x]);
                yield return Model(name, type, (main, x) => [x, main.Constant("axes", ElementType.Int32, [1], [1])]);
                yield return Model(name, type, (main, x) => [main.Constant("sizes", ElementType.Int32, [4], [1, 2, 2, 2]), x]);
                yield return Model(name, type, (main, x) => [x, main.Constant("begin", ElementType.Int32, [4], [0, 0, 0, 0]), main.Constant("end", ElementType.Int32, [4], [1, 2, 2, 2]), main.Constant("step", ElementType.Int32, [4], [1, 1, 1, 1])]);
                yield return Model(name, type, (main, x) => [x, main.Constant<sbyte>("weights", ElementType.Int8, [2, 1, 1, 2], [1, -2, 3, -4], (0.5f, 0)), main.Constant("bias", ElementType.Int32, [2], [10, -20])]);
                yield return Model(name, type, (main, x) => [main.Constant("shape", ElementType.Int32, [4], [1, 2, 2, 2]), main.Constant<sbyte>("weights", ElementType.Int8, [2, 1, 1, 2], [1, -2, 3, -4], (0.5f, 0)), x]);
            }
        }
    }

    private static byte[] Model(string name, ElementType type, Func<TfliteBuilder.Subgraph, int, int[]> operands)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int[] ports = [.. Enumerable.Range(0, 2).Select(i => type == ElementType.Float32 ? main.Plain($"port {i}", type, 1, 2, 2, 2) : main.Quantized($"port {i}", 0.1f, type == ElementType.Int16 ? 0 : -3, 1, 2, 2, 2))];
        foreach (int port in ports.Where(_ => type == ElementType.Int16)) main.Tensors[port].Type = 7;
        main.Add(name, operands(main, ports[0]), [ports[1]], new TfliteBuilder.Options { [0] = (sbyte)0, [1] = 1, [2] = 1, [3] = (sbyte)0, [4] = 1, [5] = 1 });
        main.Inputs.Add(ports[0]);
        main.Outputs.Add(ports[1]);
        return builder.Build();
    }
}
