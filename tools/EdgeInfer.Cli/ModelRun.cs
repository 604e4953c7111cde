using System.Diagnostics;
using EdgeInfer.Cli.Inputs;

namespace EdgeInfer.Cli;

/// <summary>One output of one inference.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Values">Real values; integers as they are where the output is not quantized.</param>
internal sealed record ModelOutput(string Type, int[] Shape, double[] Values)
{
    /// <summary>Reads an output.</summary>
    public static ModelOutput Of(Tensor tensor)
    {
        double[] values = new double[tensor.Count];
        bool isInteger = tensor.Type != TensorType.Float32 && tensor.Scale == 0;
        for (int i = 0; i < values.Length; i++) values[i] = isInteger ? tensor[i] : tensor.GetReal(i);
        return new ModelOutput(tensor.Type.ToString(), tensor.Shape, values);
    }

    /// <summary>Indexes of the largest elements, the largest first, equal ones in ascending order.</summary>
    public IEnumerable<int> Largest(int count) => Enumerable.Range(0, Values.Length).OrderByDescending(i => Values[i]).ThenBy(i => i).Take(count);
}

/// <summary>What a model made of a number of frames.</summary>
/// <param name="Frames">The outputs of each frame.</param>
/// <param name="OutputBytes">All outputs of all frames as raw tensors, one after the other.</param>
/// <param name="Seconds">Time that the inferences took on this computer.</param>
internal sealed record ModelRun(IReadOnlyList<IReadOnlyList<ModelOutput>> Frames, byte[] OutputBytes, double Seconds)
{
    /// <summary>Runs a model on frames in sequence; its states are kept from one to the next.</summary>
    /// <param name="interpreter">Runs the model.</param>
    /// <param name="frames">The frames.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <returns>What came out.</returns>
    public static ModelRun Of(Interpreter interpreter, InputFrames frames, Action<string> progress)
    {
        List<IReadOnlyList<ModelOutput>> results = [];
        using MemoryStream bytes = new();
        Stopwatch watch = new();
        Tensor[] outputs = [.. Enumerable.Range(0, interpreter.OutputCount).Select(interpreter.Output)];
        for (int frame = 0; frame < frames.Count; frame++)
        {
            progress($"Running frame {frame + 1} of {frames.Count}");
            frames.Apply(interpreter, frame);
            watch.Start();
            interpreter.Invoke();
            watch.Stop();
            results.Add([.. outputs.Select(ModelOutput.Of)]);
            foreach (Tensor tensor in outputs) bytes.Write(interpreter.Arena.GetBytes(tensor.Type, tensor.Offset, tensor.Count));
        }

        return new ModelRun(results, bytes.ToArray(), watch.Elapsed.TotalSeconds);
    }
}
