using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Quantizer.Algorithms;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Analysis;

/// <summary>
/// How far the device and ONNX Runtime, which executes the same graph in QDQ form, are apart in the result of one layer. The device gives every layer its inputs; so the
/// difference that a layer makes is told apart from what it only carries on.
/// </summary>
/// <param name="Operator">Kind of the operator.</param>
/// <param name="Tensor">Its result.</param>
/// <param name="Differing">Part of the numbers that differ where both are given the device's inputs.</param>
/// <param name="OwnSteps">Largest such difference, in steps of the result's scale.</param>
/// <param name="AllSteps">Largest difference where ONNX Runtime executes the whole network.</param>
/// <param name="Reason">Why both round differently, a sentence without its full stop; empty where the layer makes no difference of its own.</param>
public sealed record LayerAgreement(string Operator, GraphTensor Tensor, double Differing, int OwnSteps, int AllSteps, string Reason)
{
    /// <summary>True where a difference of more than a step comes from this layer rather than from one before it.</summary>
    public bool IsStart => OwnSteps > 1;

    /// <summary>Compares all layers.</summary>
    /// <param name="graph">The graph of floats with the quantization of all tensors.</param>
    /// <param name="samples">Samples.</param>
    /// <param name="progress">Hears what is being done and which part of it is done, 0 to 1; may be null.</param>
    /// <returns>The layers in the order in which they run, those that only move numbers included.</returns>
    /// <exception cref="ConversionException">The graph cannot be quantized.</exception>
    public static IReadOnlyList<LayerAgreement> Run(ModelGraph graph, IReadOnlyList<Sample> samples, Action<string, double>? progress = null)
    {
        ModelGraph open = BiasCorrection.CopyOf(graph);
        Operator[] layers = [.. open.Operators.Where(op => op.Inputs.Concat(op.Outputs).All(t => t is null or { Type: ElementType.Float32 }))];
        GraphTensor[] results = [.. layers.SelectMany(op => op.Outputs)];
        open.Outputs.Clear();
        open.Outputs.AddRange(results);
        byte[] blob = ModelConverter.Convert(open, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
        Sample[] rounded = [.. samples.Select(s => s with { Inputs = [.. s.Inputs.Select((x, i) => Rounded(x, graph.Inputs[i].Quantization!))] })];
        float[][][] device = DeviceRun.Of(blob, rounded, part => progress?.Invoke("Running the device's kernels", part));
        Dictionary<GraphTensor, float[][]> known = results.Select((t, i) => (t, Array.ConvertAll(device, d => d[i]))).ToDictionary();
        for (int i = 0; i < graph.Inputs.Count; i++) known[graph.Inputs[i]] = Array.ConvertAll(rounded, s => s.Inputs[i]);
        int[] all = Whole(open, results, rounded, known);
        List<LayerAgreement> rows = [];
        int position = 0;
        for (int l = 0; l < layers.Length; l++)
        {
            progress?.Invoke("Running ONNX Runtime layer by layer", l / (double)layers.Length);
            Difference[] own = Alone(open.Name, layers[l], samples.Count, known);
            for (int i = 0; i < own.Length; i++, position++)
            {
                string reason = own[i].Steps > 0 ? ReasonOf(layers[l]) : string.Empty;
                rows.Add(new LayerAgreement(layers[l].Name, layers[l].Outputs[i], own[i].Share, own[i].Steps, all[position], reason));
            }
        }

        return rows;
    }

    /// <summary>Both are given integers: how a real number becomes one at the input is not what is compared.</summary>
    private static float[] Rounded(float[] values, Quantization quantization) => Array.ConvertAll(values, v => quantization.Scale * (UniformQuantizer.ToInteger(v, quantization) - quantization.ZeroPoint));

    private static int[] Whole(ModelGraph graph, GraphTensor[] results, IReadOnlyList<Sample> samples, Dictionary<GraphTensor, float[][]> known)
    {
        using FloatReference reference = new(graph, results, quantize: true);
        float[][][] values = [.. samples.Select(s => reference.Run(s.Inputs))];
        return [.. results.Select((t, i) => Difference.Of(t, known[t], Array.ConvertAll(values, v => v[i])).Steps)];
    }

    private static Difference[] Alone(string name, Operator layer, int samples, Dictionary<GraphTensor, float[][]> known)
    {
        ModelGraph single = new(name);
        single.Inputs.AddRange(layer.Inputs.OfType<GraphTensor>().Where(t => t is { IsConstant: false, IsVariable: false }).Distinct());
        single.Operators.Add(layer);
        single.Outputs.AddRange(layer.Outputs);
        using FloatReference reference = new(single, quantize: true);
        float[][][] values = new float[samples][][];
        for (int s = 0; s < samples; s++) values[s] = reference.Run([.. single.Inputs.Select(t => known[t][s])]);
        return [.. layer.Outputs.Select((t, i) => Difference.Of(t, known[t], Array.ConvertAll(values, v => v[i])))];
    }

    /// <summary>Where the arithmetic of a kernel is not that of real numbers rounded once.</summary>
    private static string ReasonOf(Operator layer) => layer switch
    {
        Softmax or LogSoftmax => "exponentials and the reciprocal of their sum are fixed-point numbers here",
        Logistic or Tanh => "the function is computed in 16-bit fixed point here, as the reference kernels do",
        HardSwish => "the product is computed in 16-bit fixed point here",
        ElementFunction or LookupOperator => "the value is taken from a table that is rounded half away from zero here, half to even there",
        UnidirectionalSequenceLstm => "gates have 12 fractional bits here, their functions come from a table, and the cell has 16 bits",
        Svdf => "what is remembered has 16 bits and is scaled by a 31-bit multiplier here, as sums are",
        AveragePool2D => "the average is a quotient of integers, rounded half away from zero here",
        MeanOrSum or L2Normalization => "the division is part of a fixed-point multiplier here",
        ResizeBilinear => "weights of neighbours have 10 fractional bits here",
        Quantize => "numbers are rounded half away from zero here, half to even there",
        Comparison or Select => "numbers that are equal in integers need not be so in floats",
        _ when WideForm.IsUsed(layer) && FloatGraph.WeightsOf(layer) is not null => "sums are scaled by a 15-bit multiplier here, as 16-bit activations have it",
        _ when QuantizationGroups.SharesScale(layer) => "an operand is rounded to the scale of the result first",
        _ => "sums are scaled by a 31-bit multiplier and rounded twice here, half away from zero; in single precision and half to even there",
    };

    private readonly record struct Difference(double Share, int Steps)
    {
        public static Difference Of(GraphTensor tensor, float[][] device, float[][] runtime)
        {
            double scale = tensor.Quantization!.Scale;
            long differing = 0, count = 0;
            int most = 0;
            for (int s = 0; s < device.Length; s++)
            {
                for (int i = 0; i < device[s].Length; i++)
                {
                    int steps = (int)Math.Round(Math.Abs(device[s][i] - (double)runtime[s][i]) / scale);
                    differing += steps > 0 ? 1 : 0;
                    most = Math.Max(most, steps);
                }

                count += device[s].Length;
            }

            return new Difference(count == 0 ? 0 : differing / (double)count, most);
        }
    }
}
