using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Streaming;

/// <summary>Finds the frames in a model's input.</summary>
internal static class FrameInput
{
    private const int ImageRank = 4;

    /// <summary>Finds out where time lies in the input of a model.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="timeAxis">Dimension of the first image that is time; null to find it.</param>
    /// <returns>The layout of the input.</returns>
    /// <exception cref="ConversionException">The model has no input of frames, or has states already.</exception>
    /// <remarks>
    /// The first image is the input as the first operator takes it that does more than reshape it or look at single elements:
    /// microcontroller models often have a flat input. Along its only dimension between batch and channels, or the
    /// first of two, time runs in nearly every audio model.
    /// </remarks>
    public static TimeLayout Find(ModelGraph graph, int? timeAxis)
    {
        foreach (Operator op in graph.Operators)
        {
            if (!op.Inputs.Any(t => t is { IsVariable: true })) continue;
            throw Refusal(graph, op.Label, "it keeps a state, so the model takes new frames only already", "Convert it without --stream and --time-padding");
        }

        if (graph.Inputs.Count != 1) throw Refusal(graph, "the inputs", $"there are {graph.Inputs.Count}; a model that is streamed has one, its frames", string.Empty);

        GraphTensor image = graph.Inputs[0];
        while (graph.OnlyReaderOf(image) is Reshape or LookupOperator or Quantize) image = graph.OnlyReaderOf(image)!.Output;

        int[] shape = image.Shape;
        string where = $"input '{graph.Inputs[0].Name}'", text = $"[{string.Join(',', shape)}]";
        if (timeAxis is { } named)
        {
            if (named < shape.Length && shape[named] > 1) return TimeLayout.Along(shape, named);
            throw Refusal(graph, where, $"dimension {named} of {text}, as its first layer takes it, is no sequence of frames", "Name another one with --time-axis");
        }

        int[] candidates = [.. Enumerable.Range(0, shape.Length).Where(d => d > 0 && d < shape.Length - 1 && shape[d] > 1)];
        if (candidates.Length > 0 && shape.Length <= ImageRank) return TimeLayout.Along(shape, candidates[0]);

        string first = graph.OnlyReaderOf(image) is { } reader ? $"; {reader.Label} takes it as one vector" : string.Empty;
        throw Refusal(graph, where, $"{text}, as the first layer takes it, is no sequence of frames{first}", "Only models that convolve or pool along time can be streamed; name the dimension with --time-axis if there is one");
    }

    private static ConversionException Refusal(ModelGraph graph, string where, string what, string remedy) => new(graph.Name, where, what, remedy, ErrorCode.Streaming);
}
