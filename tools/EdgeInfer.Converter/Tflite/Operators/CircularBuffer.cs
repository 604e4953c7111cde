using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>
/// CIRCULAR_BUFFER, a custom operator of tflite-micro: its output is a variable, whose rows move on by one a run while the input takes the
/// last one's place. Its option cycles_max makes a run end there all but every so many times, which a graph cannot do.
/// </summary>
internal static class CircularBuffer
{
    /// <summary>Where the option is absent, tflite-micro takes 1 for buffers of these lengths and 2 for others, some of which it tells apart by their order in the model.</summary>
    private static readonly int[] LengthsOfEveryRun = [5, 13, 25];

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        GraphTensor input = op.Input(0), window = op.Output(0);
        int[] x = input.Shape, y = window.Shape;
        if (x.Length != 4 || y.Length != 4 || x[0] != y[0] || x[1] != 1 || x[2] != y[2] || x[3] != y[3] || x[0] != 1)
        {
            throw op.Refuse($"the input [{string.Join(',', x)}] is not one row of the buffer [{string.Join(',', y)}]");
        }

        if (input.Type != ElementType.Int8) throw op.Refuse($"its input '{input.Name}' is {input.Type}, supported is Int8", code: ErrorCode.ElementType);
        if (!window.IsVariable) throw op.Refuse($"its output '{window.Name}' is not a variable");

        int cycles = FlexMap.FirstInteger(op.CustomOptions);
        if (cycles <= 0) cycles = LengthsOfEveryRun.Contains(y[1]) ? 1 : 2;
        if (cycles != 1) throw op.Refuse($"it lets only every run number {cycles} go on", "Divide the model at the buffer, and run the second part every so many times");

        return y[1] == 1
            ? new Converter.Operators.AssignVariable(input, window)
            : new MoveWindow(window, input.Count, 0, window.Count - input.Count, [input], [window.Count - input.Count]);
    }
}
