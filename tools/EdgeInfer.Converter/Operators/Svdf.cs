using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Svdf;

namespace EdgeInfer.Converter.Operators;

/// <summary>
/// Singular value decomposition filter, int8, with its state; in a graph of floats everything is float. Input [batches, inputs], weights of features [filters, inputs] and of
/// time [filters, memory], bias [filters / rank] or absent, state [batches, filters * memory], output [batches, filters / rank].
/// </summary>
/// <param name="input">Input, int8.</param>
/// <param name="weightsFeature">Weights of the features, int8, constant.</param>
/// <param name="weightsTime">Weights of time, int8 or int16 as the state, constant.</param>
/// <param name="bias">Bias, int32, constant, or null.</param>
/// <param name="state">The state, a variable of int8 or int16.</param>
/// <param name="output">Output, int8.</param>
/// <param name="rank">Filters an output.</param>
/// <param name="activation">Clamp of the output.</param>
/// <remarks>
/// PrepareSvdf of tflite-micro (micro/kernels/svdf_common.cc), ratios of scales in single precision. Its integer kernel leaves the
/// activation to the output's zero point; one that asks for more than the range of int8 is therefore carried out here and not there.
/// </remarks>
public sealed class Svdf(
    GraphTensor input,
    GraphTensor weightsFeature,
    GraphTensor weightsTime,
    GraphTensor? bias,
    GraphTensor state,
    GraphTensor output,
    int rank,
    FusedActivation activation)
    : Operator([input, weightsFeature, weightsTime, bias, state], [output]), IFusesActivation
{
    /// <summary>Weights of the features, [filters, inputs].</summary>
    public GraphTensor WeightsFeature => Inputs[1]!;

    /// <summary>Weights of time, [filters, memory].</summary>
    public GraphTensor WeightsTime => Inputs[2]!;

    /// <summary>Bias, or null.</summary>
    public GraphTensor? Bias => Inputs[3];

    /// <summary>The state, [batches, filters * memory].</summary>
    public GraphTensor State => Inputs[4]!;

    /// <summary>Filters an output.</summary>
    public int Rank { get; } = rank;

    /// <summary>Clamp of the output; a pass may fold an activation into it.</summary>
    public FusedActivation Activation { get; set; } = activation;

    /// <inheritdoc/>
    public override long Macs => (long)Input.Shape[0] * (WeightsFeature.Count + WeightsTime.Count);

    private double FeatureRatio => Input.Quantization!.Scale * WeightsFeature.Quantization!.Scale / State.Quantization!.Scale;

    private double TimeRatio => State.Quantization!.Scale * WeightsTime.Quantization!.Scale / Output.Quantization!.Scale;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!WeightedOperator.Check(this, WeightsFeature, Bias, problems)) return;
        bool typed = problems.DemandType(this, "state", State, ElementType.Int8, ElementType.Int16)
            & problems.DemandType(this, "weights of time", WeightsTime, ElementType.Int8, ElementType.Int16)
            & problems.Demand(State.Type == WeightsTime.Type, this, $"its state is {State.Type} but its weights of time are {WeightsTime.Type}; supported is one type for both");
        if (!CheckForm(problems) || !typed) return;

        GraphTensor[] quantized = [Input, WeightsFeature, WeightsTime, State, Output];
        problems.Demand(!quantized.Any(t => t.Quantization!.IsPerChannel), this, "a tensor of it has a scale of its own for every channel; supported is one for the whole tensor");
        problems.Demand(WeightsTime.Quantization!.ZeroPoint == 0, this, $"its weights '{WeightsTime.Name}' are not symmetric (zero point other than 0)", "Quantize weights symmetrically, as the TFLite converter does");
        UnaryOperator.CheckRatio(this, FeatureRatio, problems);
        UnaryOperator.CheckRatio(this, TimeRatio, problems);
    }

    /// <summary>Checks what is the same for floats and integers: the state, and that all shapes fit together.</summary>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where nothing is.</returns>
    internal bool CheckForm(ProblemList problems)
    {
        bool good = problems.Demand(State.IsVariable, this, $"its state '{State.Name}' is not a variable")
            & problems.Demand(WeightsTime.IsConstant, this, $"its weights '{WeightsTime.Name}' are computed; only constant weights are supported", code: ErrorCode.NotConstant);
        int[] x = Input.Shape, f = WeightsFeature.Shape, t = WeightsTime.Shape, y = Output.Shape;
        return problems.Demand(x.Length == 2 && f.Length == 2 && t.Length == 2 && y.Length == 2, this, "input, weights and output must have two dimensions")
            && problems.Demand(
                f[1] == x[1] && t[0] == f[0] && Rank >= 1 && f[0] % Rank == 0 && y[0] == x[0] && y[1] == f[0] / Rank
                    && State.Count == (long)x[0] * f[0] * t[1] && State.Count > 0 && Input.Count > 0
                    && (Bias is null || Bias.Count == y[1]),
                this,
                $"input [{x[0]},{x[1]}], weights [{f[0]},{f[1]}] and [{t[0]},{t[1]}], rank {Rank}, state of {State.Count}, {(Bias is null ? "no bias" : $"bias of {Bias.Count}")} and output [{y[0]},{y[1]}] do not fit together")
            && good;
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int batches = Input.Shape[0], inputs = Input.Shape[1];
        int filters = WeightsFeature.Shape[0], outputs = filters / Rank;
        QuantizedMultiplier feature = QuantizedMultiplier.FromReal(FeatureRatio);
        QuantizedMultiplier time = QuantizedMultiplier.FromReal(TimeRatio);
        PackedRecord record = packer.Add(OperatorCode.Svdf, Layout.Words, Output);
        record.SetOperand(Layout.Input, Input);
        record.SetOperand(Layout.State, State);
        record.SetScratch(Layout.Sums, TensorType.Int32, packer.PackWeights ? Kernels.PackWeights.SumsOf(filters) : filters);
        record.SetMatrix(Layout.FeatureWeights, Layout.PackedFeatures, WeightsFeature.Int8s(), filters);
        record.SetTable(Layout.FeatureBiases, ChannelTable.FoldedBiases(WeightsFeature.Int8s(), filters, [], Input.Quantization!.ZeroPoint));
        if (State.Type == ElementType.Int8) record.SetBytes(Layout.TimeWeights, WeightsTime.Int8s());
        else record.SetHalves(Layout.TimeWeights, WeightsTime.Int16s());
        record.SetTable(Layout.Biases, FoldedBiases());
        record[Layout.Inputs] = inputs;
        record[Layout.Filters] = filters;
        record[Layout.Rank] = Rank;
        record[Layout.Memory] = WeightsTime.Shape[1];
        record[Layout.StateZeroPoint] = State.Quantization!.ZeroPoint;
        record[Layout.FeatureMultiplier] = feature.Multiplier;
        record[Layout.FeatureShift] = feature.Shift;
        record[Layout.TimeMultiplier] = time.Multiplier;
        record[Layout.TimeShift] = time.Shift;
        record[Layout.OutputZeroPoint] = Output.Quantization!.ZeroPoint;
        (record[Layout.ActivationMin], record[Layout.ActivationMax]) = ActivationRange.Of(Activation, Output);
        record.SetUnits(batches, Macs);
        if (batches == 1 || outputs <= inputs) record.AllowInPlace(Layout.Input);
    }

    /// <summary>sum of (s - z) * w + b = sum of s * w + (b - z * sum of w), over the filters of an output.</summary>
    private int[] FoldedBiases()
    {
        int taps = Rank * WeightsTime.Shape[1];
        int[] biases = new int[WeightsTime.Count / taps];
        for (int output = 0; output < biases.Length; output++)
        {
            int sum = 0;
            for (int i = output * taps; i < (output + 1) * taps; i++) sum += State.Type == ElementType.Int8 ? WeightsTime.Int8s()[i] : WeightsTime.Int16s()[i];
            biases[output] = unchecked((Bias is null ? 0 : Bias.Int32s()[output]) - (State.Quantization!.ZeroPoint * sum));
        }

        return biases;
    }
}
