using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Onnx.Export;

namespace EdgeInfer.Onnx;

/// <summary>Writes a graph of floats as an .onnx file, which ONNX Runtime executes and Netron draws.</summary>
public static class OnnxExporter
{
    /// <summary>Writes a graph.</summary>
    /// <param name="graph">The graph; its tensors are float, images NHWC as in the graph.</param>
    /// <param name="options">What the file contains; null for the float graph alone.</param>
    /// <returns>The file.</returns>
    /// <exception cref="NotSupportedException">An operator has no counterpart in ONNX.</exception>
    public static OnnxExport Export(ModelGraph graph, OnnxExportOptions? options = null)
    {
        options ??= new OnnxExportOptions();
        OnnxModelWriter writer = new(graph.Name)
        {
            CarriesStates = options.CarryStates || FloatGraph.Remembers(graph),
            HasWideIntegers = options.Quantize && FloatGraph.Activations(graph).Concat(FloatGraph.States(graph)).Any(t => t.Quantization is { Bits: 16 }),
        };
        OnnxTensors tensors = new(writer, options.Quantize);
        foreach (GraphTensor input in graph.Inputs)
        {
            writer.Input(tensors.BeforeQuantization(input), input.Shape);
            tensors.Quantize(input);
        }

        HashSet<GraphTensor> outputs = [.. graph.Outputs];
        foreach (Operator op in graph.Operators)
        {
            OnnxOperators.Write(writer, tensors, op);
            foreach (GraphTensor output in op.Outputs) tensors.Quantize(output);
            if (options.ExposeActivations) outputs.UnionWith(op.Outputs.Where(t => t.Type == ElementType.Float32));
            if (options.ExposeActivations) Expose(writer, op);
        }

        foreach (GraphTensor output in outputs) writer.Output(writer.NameOf(output), output.Shape, TypeOf(output));
        foreach (OnnxState state in writer.States) writer.Output(state.Output, state.Shape);
        return new OnnxExport(writer.Finish(), writer.Names, writer.States);
    }

    private static int TypeOf(GraphTensor tensor) => tensor.Type switch
    {
        ElementType.Bool => OnnxType.Bool,
        ElementType.Int32 => OnnxType.Int32,
        _ => OnnxType.Float,
    };

    /// <summary>Makes what an operator remembers an output: the cells of all steps, or the newest results of filters.</summary>
    private static void Expose(OnnxModelWriter writer, Operator op)
    {
        int[] y = op.Output.Shape;
        if (op is UnidirectionalSequenceLstm lstm) writer.Output(writer.NameOf(lstm.CellState), lstm.TimeMajor ? y : [y[1], y[0], y[2]]);
        if (op is Svdf filter) writer.Output(writer.NameOf(filter.State), [y[0], filter.WeightsFeature.Shape[0]]);
    }
}
