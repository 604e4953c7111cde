using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Tflite;

/// <summary>
/// A GRU as Keras exports it unrolled (reset_after): per step two matrix products, of the input and of the hidden state, are split into the
/// three gates; z and r are logistic, the candidate a tangent of the input's part plus r times the state's, and the new state (1 - z) * candidate + z * state.
/// </summary>
public sealed class UnrolledGruTests
{
    private const int Steps = 3, Inputs = 4, Units = 3;

    private static readonly (float Scale, int Zero) X = (0.05f, 3), H = (1f / 128, 0), Gate = (0.1f, -3), Share = (1f / 256, -128), One = (1f / 255, -128), Weight = (0.01f, 0);

    [Fact]
    public void Equals_its_operators_by_their_definitions()
    {
        Random random = new(7);
        sbyte[] w = Weights(3 * Units * Inputs, random), u = Weights(3 * Units * Units, random);
        int[] bias = [.. Enumerable.Range(0, 3 * Units).Select(_ => random.Next(-300, 300))], stateBias = [.. Enumerable.Range(0, 3 * Units).Select(_ => random.Next(-300, 300))];
        GraphRunner runner = GraphRunner.For(ModelConverter.Convert(Build(w, u, bias, stateBias), "gru.tflite").Blob);
        for (int run = 0; run < 40; run++)
        {
            int[] x = [.. Enumerable.Range(0, Steps * Inputs).Select(_ => random.Next(-128, 128))];
            Assert.Equal(Expected(x, w, u, bias, stateBias), runner.Run(x));
        }
    }

    private static byte[] Build(sbyte[] w, sbyte[] u, int[] bias, int[] stateBias)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int New((float Scale, int Zero) q, params int[] shape) => main.Quantized($"tensor {main.Tensors.Count}", q.Scale, q.Zero, shape);
        int Op(string name, (float, int) q, int width, TfliteBuilder.Options? options, params int[] inputs)
        {
            int output = New(q, 1, width);
            main.Add(name, inputs, [output], options);
            return output;
        }

        int input = New(X, 1, Steps, Inputs);
        int weights = main.Constant("w", ElementType.Int8, [3 * Units, Inputs], w, Weight), stateWeights = main.Constant("u", ElementType.Int8, [3 * Units, Units], u, Weight);
        int biases = main.Constant("b", ElementType.Int32, [3 * Units], bias), stateBiases = main.Constant("c", ElementType.Int32, [3 * Units], stateBias);
        int one = main.Constant<sbyte>("one", ElementType.Int8, [1], [127], One), axis = main.Constant<int>("axis", ElementType.Int32, [], [1]);
        int state = main.Constant("zeros", ElementType.Int8, [1, Units], new sbyte[Units], H);
        int[] steps = [.. Enumerable.Range(0, Steps).Select(_ => New(X, 1, Inputs))];
        main.Add("UNPACK", [input], steps, new() { [0] = Steps, [1] = 1 });
        foreach (int step in steps)
        {
            int[] Gates(int x, int matrix, int b)
            {
                int all = Op("FULLY_CONNECTED", Gate, 3 * Units, [], x, matrix, b);
                int[] parts = [New(Gate, 1, Units), New(Gate, 1, Units), New(Gate, 1, Units)];
                main.Add("SPLIT", [axis, all], parts, new() { [0] = 3 });
                return parts;
            }

            int[] fromInput = Gates(step, weights, biases), fromState = Gates(state, stateWeights, stateBiases);
            int z = Op("LOGISTIC", Share, Units, null, Op("ADD", Gate, Units, [], fromInput[0], fromState[0]));
            int r = Op("LOGISTIC", Share, Units, null, Op("ADD", Gate, Units, [], fromInput[1], fromState[1]));
            int candidate = Op("TANH", H, Units, null, Op("ADD", Gate, Units, [], fromInput[2], Op("MUL", Gate, Units, [], r, fromState[2])));
            int rest = Op("SUB", Share, Units, [], one, z);
            state = Op("ADD", H, Units, [], Op("MUL", H, Units, [], z, state), Op("MUL", H, Units, [], rest, candidate));
        }

        main.Inputs.Add(input);
        main.Outputs.Add(state);
        return builder.Build();
    }

    private static int[] Expected(int[] x, sbyte[] w, sbyte[] u, int[] bias, int[] stateBias)
    {
        int[] Matrix(int[] values, sbyte[] matrix, int[] b, (float Scale, int Zero) from) => FullyConnectedOracle.Run(
            values, [.. matrix.Select(v => (int)v)], b, (from.Zero, 0, Gate.Zero),
            [.. Enumerable.Repeat(GemmlowpOracle.Quantize((double)(from.Scale * Weight.Scale) / Gate.Scale), 3 * Units)], -128, 127);
        int[] Sum(int[] a, int[] b, (float Scale, int Zero) p, (float Scale, int Zero) q, (float Scale, int Zero) y) =>
            [.. a.Zip(b, (i, j) => AddOracle.Sum(p.Scale, q.Scale, y.Scale).Run(i, j, (p.Zero, q.Zero, y.Zero), 1, -128, 127))];
        int[] Product(int[] a, int[] b, (float Scale, int Zero) p, (float Scale, int Zero) q, (float Scale, int Zero) y) =>
            [.. a.Zip(b, (i, j) => MulOracle.Run(i, j, (p.Zero, q.Zero, y.Zero), GemmlowpOracle.Quantize((double)p.Scale * q.Scale / y.Scale), -128, 127))];

        int[] state = new int[Units];
        for (int step = 0; step < Steps; step++)
        {
            int[] a = Matrix(x[(step * Inputs)..((step + 1) * Inputs)], w, bias, X), b = Matrix(state, u, stateBias, H);
            int[] Part(int[] all, int gate) => all[(gate * Units)..((gate + 1) * Units)];
            int[] z = [.. Sum(Part(a, 0), Part(b, 0), Gate, Gate, Gate).Select(v => UnaryOracle.Logistic(v, Gate.Scale, Gate.Zero))];
            int[] r = [.. Sum(Part(a, 1), Part(b, 1), Gate, Gate, Gate).Select(v => UnaryOracle.Logistic(v, Gate.Scale, Gate.Zero))];
            int[] candidate = [.. Sum(Part(a, 2), Product(r, Part(b, 2), Share, Gate, Gate), Gate, Gate, Gate).Select(v => UnaryOracle.Tanh(v, Gate.Scale, Gate.Zero))];
            int[] rest = [.. z.Select(v => AddOracle.Difference(One.Scale, Share.Scale, Share.Scale).Run(127, v, (One.Zero, Share.Zero, Share.Zero), -1, -128, 127))];
            state = Sum(Product(z, state, Share, H, H), Product(rest, candidate, Share, H, H), H, H, H);
        }

        return state;
    }

    private static sbyte[] Weights(int count, Random random) => [.. Enumerable.Range(0, count).Select(_ => (sbyte)random.Next(-127, 128))];
}
