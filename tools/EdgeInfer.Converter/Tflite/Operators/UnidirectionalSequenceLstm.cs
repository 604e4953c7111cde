using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>
/// UNIDIRECTIONAL_SEQUENCE_LSTM: input, then for the gates input, forget, cell and output the weights of the input (1 to 4) and of the
/// hidden state (5 to 8), peepholes (9 to 11), biases (12 to 15), projection (16, 17), hidden and cell state (18, 19), layer
/// normalisation (20 to 23); options activation, cell clip, projection clip, time major, asymmetric inputs, diagonal weights.
/// </summary>
internal static class UnidirectionalSequenceLstm
{
    private const int Activation = 0;
    private const int CellClip = 1;
    private const int TimeMajor = 3;
    private const int Diagonal = 5;

    /// <summary>TANH of ActivationFunctionType.</summary>
    private const int TanhActivation = 4;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        RefuseVariant(op, 9, 11, "peephole weights");
        RefuseVariant(op, 16, 17, "a projection");
        RefuseVariant(op, 20, 23, "layer normalisation");
        if (op.Options.Int8(Activation) != TanhActivation) throw op.Refuse("its activation is not TANH");
        if (op.Options.Bool(Diagonal)) throw op.Refuse("its recurrent weights are diagonal");

        return new Converter.Operators.UnidirectionalSequenceLstm(
            op.Input(0),
            Gate(op, 0),
            Gate(op, 1),
            Gate(op, 2),
            Gate(op, 3),
            op.Input(18),
            op.Input(19),
            op.Output(0),
            op.Options.Bool(TimeMajor),
            op.Options.Float(CellClip));
    }

    private static LstmGate Gate(TfliteOperator op, int index) => new(op.Input(1 + index), op.Input(5 + index), op.Input(12 + index));

    private static void RefuseVariant(TfliteOperator op, int first, int last, string what)
    {
        for (int i = first; i <= last; i++)
        {
            if (op.OptionalInput(i) is not null) throw op.Refuse($"it has {what}; supported is the plain LSTM of Keras");
        }
    }
}
