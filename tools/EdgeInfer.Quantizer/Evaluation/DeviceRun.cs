using EdgeInfer.Host;

namespace EdgeInfer.Quantizer.Evaluation;

/// <summary>Runs a blob on samples with the arithmetic of the device, by vector instructions and on all cores.</summary>
public static class DeviceRun
{
    /// <summary>Runs all samples; a model with states starts anew with each.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="progress">Hears which part of the work is done, 0 to 1; may be null.</param>
    /// <returns>For every sample its outputs, in real numbers.</returns>
    public static float[][][] Of(byte[] blob, IReadOnlyList<Sample> samples, Action<double>? progress = null)
    {
        float[][][] results = new float[samples.Count][][];
        int done = 0;
        Parallel.For(
            0,
            samples.Count,
            () => new HostExecutor(Model.Load(blob)),
            (i, _, executor) =>
            {
                results[i] = Run(executor, samples[i]);
                progress?.Invoke(Interlocked.Increment(ref done) / (double)samples.Count);
                return executor;
            },
            static _ => { });
        return results;
    }

    private static float[][] Run(HostExecutor executor, Sample sample)
    {
        Interpreter interpreter = executor.Interpreter;
        interpreter.Reset();
        for (int i = 0; i < sample.Inputs.Length; i++) Fill(interpreter.Input(i), sample.Inputs[i]);
        executor.Invoke();
        float[][] outputs = new float[interpreter.OutputCount][];
        for (int i = 0; i < outputs.Length; i++)
        {
            Tensor tensor = interpreter.Output(i);
            outputs[i] = new float[tensor.Count];
            for (int k = 0; k < tensor.Count; k++) outputs[i][k] = tensor.GetReal(k);
        }

        return outputs;
    }

    private static void Fill(Tensor tensor, float[] values)
    {
        int low = tensor.Type == TensorType.UInt8 ? 0 : sbyte.MinValue, high = tensor.Type == TensorType.UInt8 ? byte.MaxValue : sbyte.MaxValue;
        if (tensor.Type == TensorType.Int16) (low, high) = (short.MinValue, short.MaxValue);
        for (int i = 0; i < values.Length; i++)
        {
            if (tensor.Type == TensorType.Float32) tensor.Float32[tensor.Offset + i] = values[i];
            else tensor[i] = (int)Math.Clamp(Math.Round((double)values[i] / tensor.Scale, MidpointRounding.AwayFromZero) + tensor.ZeroPoint, low, high);
        }
    }
}
