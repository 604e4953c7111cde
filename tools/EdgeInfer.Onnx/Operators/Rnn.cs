using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>
/// RNN: input, weights, recurrent weights, biases, lengths, hidden state; one function, Tanh or Relu. It becomes operators of its own for every step, which share
/// their weights: h' = f(W x + R h + b).
/// </summary>
internal static class Rnn
{
    /// <summary>Imports the operator.</summary>
    /// <param name="node">The operator.</param>
    public static void Import(OnnxNode node)
    {
        bool isRelu = node.Find("activations")?.Strings.FirstOrDefault()?.ToStringUtf8().Equals("Relu", StringComparison.OrdinalIgnoreCase) == true;
        RecurrentLayer layer = RecurrentLayer.Read(node, 1, [isRelu ? "Relu" : "Tanh"], 5, 1);
        UnrolledLayer.Check(node, layer);
        layer.Return((direction, input) => new Unrolled(node, layer, direction, isRelu).Add(input));
    }

    private sealed class Unrolled : UnrolledLayer
    {
        private readonly GraphTensor _weights;
        private readonly bool _isRelu;

        public Unrolled(OnnxNode node, RecurrentLayer layer, int direction, bool isRelu)
            : base(node, layer, direction, 1)
        {
            _weights = Shared("recurrent weights", [layer.Cells, layer.Cells], layer.RecurrentWeights(direction, 0));
            _isRelu = isRelu;
        }

        protected override float[] InputBias => Layer.SummedBiases(Direction, 0);

        protected override GraphTensor Step(int t, GraphTensor given, GraphTensor? state)
        {
            GraphTensor sum = state is null ? given : Join(new Add(given, Product(state, _weights, null, $"product {t}"), New($"sum {t}", given.Shape), FusedActivation.None));
            GraphTensor hidden = New($"hidden {t}", given.Shape);
            return Join(_isRelu ? new Relu(sum, hidden, FusedActivation.Relu) : new Tanh(sum, hidden));
        }
    }
}
