using System.Diagnostics;
using Spectre.Console;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EdgeInfer.Training;

// Inside the namespace, where it comes before the runtime's Tensor.
using Tensor = TorchSharp.torch.Tensor;

/// <summary>Trains the network with AdamW, one learning-rate cycle over all epochs, and label smoothing.</summary>
internal static class Trainer
{
    private const int Batch = 64;
    private const double PeakLearningRate = 6e-3;
    private const double WeightDecay = 1e-3;
    private const double LabelSmoothing = 0.02;

    /// <summary>Trains.</summary>
    /// <param name="set">Training images.</param>
    /// <param name="epochs">Passes over them.</param>
    /// <returns>The network, in evaluation mode.</returns>
    public static DigitNetwork Train(DigitSet set, int epochs)
    {
        DigitNetwork network = new();
        Tensor images = ToTensor(set);
        Tensor labels = tensor(set.Labels, ScalarType.Int64);
        AdamW optimizer = optim.AdamW(network.parameters(), PeakLearningRate, weight_decay: WeightDecay);

        int batches = set.Count / Batch;
        optim.lr_scheduler.LRScheduler schedule = optim.lr_scheduler.OneCycleLR(optimizer, PeakLearningRate, epochs: epochs, steps_per_epoch: batches);

        network.train();
        Stopwatch clock = Stopwatch.StartNew();
        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            using DisposeScope memory = NewDisposeScope();
            Tensor order = randperm(set.Count);
            double lossSum = 0;
            for (int i = 0; i < batches; i++)
            {
                using DisposeScope step = NewDisposeScope();
                Tensor chosen = order.slice(0, i * Batch, (i + 1) * Batch, 1);
                Tensor input = Augmentation.Apply(images.index_select(0, chosen));
                optimizer.zero_grad();
                Tensor loss = nn.functional.cross_entropy(network.forward(input), labels.index_select(0, chosen), label_smoothing: LabelSmoothing);
                loss.backward();
                optimizer.step();
                schedule.step();
                lossSum += loss.item<float>();
            }

            TimeSpan left = clock.Elapsed / epoch * (epochs - epoch);
            AnsiConsole.MarkupLineInterpolated($"epoch {epoch,3} of {epochs}   loss {lossSum / batches:0.0000}   {left:hh\\:mm\\:ss} left");
        }

        network.eval();
        return network;
    }

    /// <summary>Share of the images whose best score is at their label.</summary>
    public static double Accuracy(IReadOnlyList<FoldedLayer> layers, DigitSet set)
    {
        using IDisposable noGradients = no_grad();
        using DisposeScope memory = NewDisposeScope();
        Tensor x = ToTensor(set);
        foreach (FoldedLayer layer in layers) x = layer.Run(x);

        return x.argmax(1).eq(tensor(set.Labels, ScalarType.Int64)).to(ScalarType.Float64).mean().item<double>();
    }

    /// <summary>The images as the network sees them: [N, 1, 28, 28], 0 to 1.</summary>
    public static Tensor ToTensor(DigitSet set) =>
        tensor(set.Pixels, ScalarType.Float32).reshape(set.Count, 1, DigitSet.Side, DigitSet.Side) / 255;
}
