using EdgeInfer.Host;

namespace EdgeInfer.Quantizer.Evaluation;

/// <summary>Runs a blob on samples with the arithmetic of the device, by vector instructions and on all cores.</summary>
public static class DeviceRun
{
    /// <summary>Runs all samples; a model with states starts anew with each, not with each of its frames.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="progress">Hears which part of the work is done, 0 to 1; may be null.</param>
    /// <returns>For every sample its outputs, in real numbers, frame after frame.</returns>
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
        float[][] outputs = [.. Enumerable.Range(0, interpreter.OutputCount).Select(i => new float[sample.Frames * interpreter.Output(i).Count])];
        for (int frame = 0; frame < sample.Frames; frame++)
        {
            for (int i = 0; i < sample.Inputs.Length; i++)
            {
                Tensor input = interpreter.Input(i);
                Fill(input, sample.Inputs[i].AsSpan(frame * input.Count, input.Count));
            }

            executor.Invoke();
            for (int i = 0; i < outputs.Length; i++)
            {
                Tensor output = interpreter.Output(i);
                for (int k = 0; k < output.Count; k++) outputs[i][(frame * output.Count) + k] = Number(output, k);
            }
        }

        return outputs;
    }

    /// <summary>Tells whether a tensor holds real numbers: truth values and indexes have no scale.</summary>
    internal static bool IsReal(Tensor tensor) => tensor.Type == TensorType.Float32 || tensor.Scale != 0;

    private static float Number(Tensor tensor, int index) => IsReal(tensor) ? tensor.GetReal(index) : tensor[index];

    private static void Fill(Tensor tensor, ReadOnlySpan<float> values)
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
