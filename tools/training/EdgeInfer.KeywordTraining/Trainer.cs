using Spectre.Console;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EdgeInfer.KeywordTraining;

// Inside the namespace, where it comes before the runtime's Tensor.
using Tensor = TorchSharp.torch.Tensor;

/// <summary>Trains with AdamW, one cycle of the learning rate and label smoothing, and keeps a running mean of the weights, which is what the model gets.</summary>
internal static class Trainer
{
    private const double WeightDecay = 0.01;
    private const double LabelSmoothing = 0.1;
    private const double MeanDecay = 0.998;
    private const double WarmUp = 0.2;

    /// <summary>Trains, or goes on where the checkpoint ends.</summary>
    /// <param name="network">The network to train.</param>
    /// <param name="mean">Receives the running mean; it is what is validated.</param>
    /// <param name="recipe">Epochs, batch, rate and seed.</param>
    /// <param name="epochs">Passes over the clips.</param>
    /// <param name="peak">The highest learning rate.</param>
    /// <param name="sets">Features.</param>
    /// <param name="checkpoint">Stem of the files of the checkpoint.</param>
    /// <param name="title">What the progress is of.</param>
    public static void Train(nn.Module<Tensor, Tensor> network, nn.Module<Tensor, Tensor> mean, Recipe recipe, int epochs, double peak, Preparation sets, string checkpoint, string title)
    {
        AdamW optimizer = optim.AdamW(network.parameters(), peak, weight_decay: WeightDecay);
        int done = Checkpoint.Load(checkpoint, network, mean, optimizer);
        if (done == 0) Follow(mean, network, 0);
        int batches = sets.Training.Labels.Length / recipe.Batch;
        AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(progress =>
        {
            ProgressTask task = progress.AddTask(title, maxValue: epochs);
            task.Value = done;
            for (int epoch = done; epoch < epochs; epoch++)
            {
                // Each epoch has its own seed, so that a run that was interrupted goes on as if it had not been.
                Random random = new((recipe.Seed * 7919) + epoch);
                torch.random.manual_seed((recipe.Seed * 7919L) + epoch);
                int[] order = [.. Enumerable.Range(0, sets.Training.Labels.Length)];
                random.Shuffle(order);
                double sum = 0;
                network.train();
                for (int b = 0; b < batches; b++)
                {
                    using DisposeScope memory = NewDisposeScope();
                    double rate = peak * Cycle((epoch + (b / (double)batches)) / epochs);
                    foreach (var group in optimizer.ParamGroups) group.LearningRate = rate;
                    (Tensor input, Tensor labels) = Batches.Vary(sets.Training, order.AsSpan(b * recipe.Batch, recipe.Batch), recipe.Frames, random);
                    optimizer.zero_grad();
                    Tensor loss = nn.functional.cross_entropy(network.forward(input), labels, label_smoothing: LabelSmoothing);
                    loss.backward();
                    optimizer.step();
                    Follow(mean, network, Math.Min(MeanDecay, (epoch + 1) / (epoch + 10.0)));
                    sum += loss.item<float>();
                }

                if ((epoch + 1) % 5 == 0 || epoch + 1 == epochs) Checkpoint.Save(checkpoint, network, mean, optimizer, epoch + 1);
                task.Description = $"{title}: loss {sum / batches:0.000}, validation {Accuracy(mean, sets.Validation, recipe.Frames):P1}";
                task.Value = epoch + 1;
            }
        });
    }

    /// <summary>Share of the clips that a network gets right.</summary>
    public static double Accuracy(nn.Module<Tensor, Tensor> network, FeatureSet set, int frames)
    {
        network.eval();
        using IDisposable noGradients = no_grad();
        using DisposeScope memory = NewDisposeScope();
        return Batches.Accuracy(network.forward(Batches.All(set, frames)), set);
    }

    /// <summary>Up to 1 in the first fifth, then down to 0, both along half a cosine.</summary>
    private static double Cycle(double place) => place < WarmUp
        ? 0.52 - (0.48 * Math.Cos(Math.PI * place / WarmUp))
        : 0.5 + (0.5 * Math.Cos(Math.PI * (place - WarmUp) / (1 - WarmUp)));

    /// <summary>Moves every weight and statistic of the mean towards those of the network.</summary>
    private static void Follow(nn.Module<Tensor, Tensor> mean, nn.Module<Tensor, Tensor> network, double decay)
    {
        using IDisposable noGradients = no_grad();
        using DisposeScope memory = NewDisposeScope();
        foreach ((var kept, var current) in mean.state_dict().Values.Zip(network.state_dict().Values))
        {
            if (kept.is_floating_point()) kept.mul_(decay).add_(current, 1 - decay);
            else kept.copy_(current);
        }
    }
}
