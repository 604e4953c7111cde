using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>ZEROS_LIKE: zero bytes, whatever the zero point.</summary>
internal static class ZerosLike
{
    /// <summary>Makes the constant.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>Nothing: there is nothing to do at inference.</returns>
    internal static Operator? Import(TfliteOperator op)
    {
        GraphTensor output = op.Output(0, op.Input(0).Shape);
        int width = TfliteTensors.WidthOf(output.Type);
        if (width == 0) throw op.Refuse($"an output of {output.Type} is not supported");
        if (output.Count > TfliteTensors.MaximumElements - op.Model.ComputedElements) throw op.Refuse("the constants of the model have more elements than any device could hold");

        op.Model.ComputedElements += output.Count;
        output.Data = new byte[output.Count * width];
        return null;
    }
}
