using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EdgeInfer.KeywordTraining;

// Inside the namespace, where it comes before the runtime's Tensor.
using Tensor = TorchSharp.torch.Tensor;

/// <summary>A training run as it was after some epoch, in files.</summary>
internal static class Checkpoint
{
    /// <summary>Writes the state; the file with the number of epochs is the last, and comes in one piece.</summary>
    public static void Save(string stem, nn.Module<Tensor, Tensor> network, nn.Module<Tensor, Tensor> mean, AdamW optimizer, int epochs)
    {
        string generation = $"{stem}.{(epochs / 5) % 2}";
        network.save($"{generation}.network");
        mean.save($"{generation}.mean");
        optimizer.save_state_dict($"{generation}.optimizer");
        File.WriteAllText($"{stem}.epoch.new", $"{epochs} {generation}");
        File.Move($"{stem}.epoch.new", $"{stem}.epoch", overwrite: true);
    }

    /// <summary>Reads the state if there is one.</summary>
    /// <returns>Epochs done.</returns>
    public static int Load(string stem, nn.Module<Tensor, Tensor> network, nn.Module<Tensor, Tensor> mean, AdamW optimizer)
    {
        if (!File.Exists($"{stem}.epoch")) return 0;

        string[] words = File.ReadAllText($"{stem}.epoch").Split(' ', 2);
        network.load($"{words[1]}.network");
        mean.load($"{words[1]}.mean");
        optimizer.load_state_dict($"{words[1]}.optimizer");
        return int.Parse(words[0], CultureInfo.InvariantCulture);
    }
}
