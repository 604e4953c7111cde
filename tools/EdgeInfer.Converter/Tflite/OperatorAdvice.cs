namespace EdgeInfer.Converter.Tflite;

/// <summary>How to do without an operator that is not supported.</summary>
internal static class OperatorAdvice
{
    private const string OtherOperators = "Build the layer from the operators of docs/operators.md";
    private const string OnTheHost = "End the model before it, and compute the rest in C# from the model's output";
    private const string FixedLoop = "Export recurrent layers with unroll=True, and without conditions and loops";

    private static readonly Dictionary<string, string> Advice = new(StringComparer.Ordinal)
    {
        ["LSTM"] = "Export the Keras LSTM layer with a fixed number of time steps; it becomes UNIDIRECTIONAL_SEQUENCE_LSTM",
        ["BIDIRECTIONAL_SEQUENCE_LSTM"] = "Use two LSTM layers, one with go_backwards=True, and concatenate them",
        ["BIDIRECTIONAL_SEQUENCE_RNN"] = "Use two LSTM layers, one with go_backwards=True, and concatenate them",
        ["RNN"] = "Use an LSTM layer",
        ["UNIDIRECTIONAL_SEQUENCE_RNN"] = "Use an LSTM layer",
        ["WHILE"] = FixedLoop,
        ["IF"] = "Compute both branches, and choose between their results with SELECT_V2 (tf.where with three arguments)",
        ["CALL"] = FixedLoop,
        ["POW"] = "Write small powers as products, x * x, and roots as sqrt",
        ["FLOOR_DIV"] = "Multiply by the reciprocal where the divisor is a constant",
        ["FLOOR_MOD"] = "Compute it before the model",
        ["LOCAL_RESPONSE_NORMALIZATION"] = "Use batch normalization, which is folded into the convolution before it",
        ["TOPK_V2"] = OnTheHost,
        ["WHERE"] = "Use SELECT_V2 (tf.where with three arguments), whose result has a fixed size",
        ["REDUCE_PROD"] = "Take the dimension apart (tf.unstack), and multiply the slices",
        ["UNIQUE"] = OnTheHost,
        ["NON_MAX_SUPPRESSION_V4"] = OnTheHost,
        ["NON_MAX_SUPPRESSION_V5"] = OnTheHost,
        ["ONE_HOT"] = "Compute it before the model",
        ["RFFT2D"] = "Compute the features before the model; docs/audio.md has front ends",
        ["CONV_3D"] = "Use two-dimensional convolutions over channels",
        ["CONV_3D_TRANSPOSE"] = "Use two-dimensional convolutions over channels",
        ["L2_POOL_2D"] = "Use an average or maximum pool; a square, an average pool and a square root are the same, rounded in between",
        ["FAKE_QUANT"] = "Convert with full integer quantization, which takes these operators out",
        ["DENSIFY"] = "Export the model without sparse tensors",
        ["CUSTOM"] = "Convert with supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8] and without Flex (select) or custom operators",
    };

    /// <summary>Names of the operators with advice of their own.</summary>
    public static IEnumerable<string> Names => Advice.Keys;

    /// <summary>What a user can do.</summary>
    /// <param name="code">Code of the operator.</param>
    /// <returns>A sentence without its full stop.</returns>
    public static string For(int code) => Advice.GetValueOrDefault(BuiltinNames.NameOf(code), OtherOperators);
}
