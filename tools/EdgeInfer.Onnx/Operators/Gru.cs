using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>
/// GRU: input, weights, recurrent weights, biases, lengths, hidden state; gates in the order update z, reset r, hidden n. It becomes operators of its own for every
/// step, which share their weights: h' = n + z (h - n), which is (1 - z) n + z h.
/// </summary>
internal static class Gru
{
    /// <summary>Imports the operator.</summary>
    /// <param name="node">The operator.</param>
    public static void Import(OnnxNode node)
    {
        RecurrentLayer layer = RecurrentLayer.Read(node, 3, ["Sigmoid", "Tanh"], 5, 1);
        UnrolledLayer.Check(node, layer);
        layer.Return((direction, input) => new Unrolled(node, layer, direction).Add(input));
    }

    private sealed class Unrolled : UnrolledLayer
    {
        private readonly int _cells;

        /// <summary>Whether the reset gate multiplies the product of the hidden state, rather than the state itself.</summary>
        private readonly bool _resetsProduct;

        private readonly GraphTensor _gateWeights;
        private readonly GraphTensor? _hiddenWeights;

        private readonly float[] _hiddenBias;

        public Unrolled(OnnxNode node, RecurrentLayer layer, int direction)
            : base(node, layer, direction, 3)
        {
            _cells = layer.Cells;
            _resetsProduct = node.Int("linear_before_reset") != 0;
            _hiddenBias = layer.Biases(direction, 2, isRecurrent: true);
            int gates = _resetsProduct ? 3 : 2;
            _gateWeights = Shared("recurrent weights", [gates * _cells, _cells], layer.RecurrentWeights(direction, 0, gates));
            if (!_resetsProduct) _hiddenWeights = Shared("hidden weights", [_cells, _cells], layer.RecurrentWeights(direction, 2));
        }

        protected override float[] InputBias => [.. Layer.SummedBiases(Direction, 0), .. Layer.SummedBiases(Direction, 1), .. _resetsProduct ? Layer.Biases(Direction, 2, isRecurrent: false) : Layer.SummedBiases(Direction, 2)];

        protected override GraphTensor Step(int t, GraphTensor given, GraphTensor? state)
        {
            GraphTensor product = state is null ? given : Product(state, _gateWeights, _resetsProduct ? [.. new float[2 * _cells], .. _hiddenBias] : null, $"product {t}");
            GraphTensor gates = Part(given, 0, 2, $"gates {t}");
            if (state is not null) gates = Join(new Add(gates, Part(product, 0, 2, $"recurrent gates {t}"), New($"gate sums {t}", gates.Shape), FusedActivation.None));
            gates = Join(new Logistic(gates, New($"open gates {t}", gates.Shape)));
            GraphTensor update = Part(gates, 0, 1, $"update {t}"), reset = Part(gates, 1, 1, $"reset {t}"), candidate = Part(given, 2, 1, $"candidate {t}");
            if (Recurrent(t, state, product, reset) is { } recurrent) candidate = Join(new Add(candidate, recurrent, New($"candidate sum {t}", candidate.Shape), FusedActivation.None));
            candidate = Join(new Tanh(candidate, New($"new {t}", candidate.Shape)));
            if (state is null)
            {
                GraphTensor kept = Join(new Mul(update, candidate, New($"kept {t}", candidate.Shape), FusedActivation.None));
                return Join(new Sub(candidate, kept, New($"hidden {t}", candidate.Shape), FusedActivation.None));
            }

            GraphTensor difference = Join(new Sub(state, candidate, New($"difference {t}", candidate.Shape), FusedActivation.None));
            GraphTensor share = Join(new Mul(update, difference, New($"share {t}", candidate.Shape), FusedActivation.None));
            return Join(new Add(candidate, share, New($"hidden {t}", candidate.Shape), FusedActivation.None));
        }

        /// <summary>What the hidden state contributes to the new one; null for nothing.</summary>
        private GraphTensor? Recurrent(int t, GraphTensor? state, GraphTensor product, GraphTensor reset)
        {
            if (!_resetsProduct)
            {
                if (state is null) return null;
                GraphTensor left = Join(new Mul(reset, state, New($"left {t}", state.Shape), FusedActivation.None));
                return Product(left, _hiddenWeights!, null, $"hidden product {t}");
            }

            if (state is null && Array.TrueForAll(_hiddenBias, b => b == 0)) return null;
            GraphTensor hidden = state is null ? Constant("hidden bias", [1, _cells], _hiddenBias) : Part(product, 2, 1, $"hidden product {t}");
            return Join(new Mul(reset, hidden, New($"left {t}", reset.Shape), FusedActivation.None));
        }

        private GraphTensor Part(GraphTensor whole, int gate, int count, string part)
        {
            GraphTensor output = New(part, [Layer.Batch, count * _cells]);
            return Join(new Slice(whole, [0, gate * _cells], output.Shape, [1, 1], output));
        }
    }
}
