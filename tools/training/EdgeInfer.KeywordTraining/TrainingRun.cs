using EdgeInfer.Converter;
using EdgeInfer.Converter.Tflite;
using EdgeInfer.Onnx;
using Spectre.Console;
using TorchSharp;

namespace EdgeInfer.KeywordTraining;

// Inside the namespace, where it comes before the runtime's Tensor.
using Tensor = TorchSharp.torch.Tensor;

/// <summary>From features to files: the float network, the network with rounded numbers, the model and the blob.</summary>
internal static class TrainingRun
{
    private const int CalibrationClips = 512;

    /// <summary>How much slower weights move once numbers are rounded.</summary>
    private const double RoundedRate = 1.0 / 20;

    /// <summary>Trains, or goes on with it, and writes NAME.onnx (float), NAME.tflite and NAME.eib (streamed).</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="sets">Features.</param>
    /// <param name="checkpoints">Stem of the checkpoints' files.</param>
    /// <param name="path">The .tflite file; the others go beside it.</param>
    public static void Run(Recipe recipe, Preparation sets, string checkpoints, string path)
    {
        // One thread: layers this small gain nothing from more, and the same seed then gives the same model.
        torch.set_num_threads(1);
        torch.random.manual_seed(recipe.Seed);
        IReadOnlyList<LayerPlan> plans = LayerPlan.Layout(recipe.Layers, recipe.Frames, sets.Test.Size / recipe.Frames);
        AnsiConsole.WriteLine($"{sets.Training.Labels.Length} clips to train with, {sets.Validation.Labels.Length} to validate, {sets.Test.Labels.Length} to test");
        AnsiConsole.WriteLine($"{recipe.Frames} frames of {plans[0].InputBands} bands, {plans.Sum(plan => plan.Macs)} multiply-accumulates a window, {plans.Sum(plan => plan.WeightsPerChannel * plan.OutputChannels)} weights");
        void Report(string what, torch.nn.Module<Tensor, Tensor> network) =>
            AnsiConsole.WriteLine($"{what}: validation {Trainer.Accuracy(network, sets.Validation, recipe.Frames):P1}, test {Trainer.Accuracy(network, sets.Test, recipe.Frames):P1}");

        KeywordNetwork network = new(plans, recipe.Dropout);
        KeywordNetwork mean = new(plans, recipe.Dropout);
        Trainer.Train(network, mean, recipe, recipe.Epochs, recipe.LearningRate, sets, $"{checkpoints}.float", "training");
        Report("float", mean);
        IReadOnlyList<(Tensor Weights, Tensor Bias)> layers = mean.Fold();

        int[] clips = [.. Enumerable.Range(0, CalibrationClips).Select(i => i * sets.Training.Labels.Length / CalibrationClips)];
        Tensor calibration = Batches.Vary(sets.Training, clips, recipe.Frames, new Random(recipe.Seed)).Input;
        RoundedNetwork rounded = new(plans, layers, calibration);
        RoundedNetwork roundedMean = new(plans, layers, calibration);
        Report("rounded", rounded);
        Trainer.Train(rounded, roundedMean, recipe, recipe.QuantizedEpochs, recipe.LearningRate * RoundedRate, sets, $"{checkpoints}.rounded", "training, rounded");
        Report("rounded and trained", roundedMean);

        string name = Path.GetFileName(path);
        File.WriteAllBytes(Path.ChangeExtension(path, ".onnx"), OnnxExporter.Export(TfliteImporter.ImportFloat(KeywordModelFile.Write(plans, layers, null), name)).File);
        byte[] file = KeywordModelFile.Write(plans, roundedMean.Layers, roundedMean.Outputs);
        File.WriteAllBytes(path, file);
        ConversionResult windowed = ModelConverter.Convert(file, name);
        AnsiConsole.WriteLine($"int8 on the device runtime: validation {DeviceAccuracy.Share(DeviceAccuracy.Confusion(windowed, sets.Validation)):P1}, test {DeviceAccuracy.Share(DeviceAccuracy.Confusion(windowed, sets.Test)):P1}");
        ConversionResult streamed = ModelConverter.Convert(file, name, recipe.Conversion());
        File.WriteAllBytes(Path.ChangeExtension(path, ".eib"), streamed.Blob);
        AnsiConsole.WriteLine($"{path}: {file.Length} bytes; streamed blob {streamed.Blob.Length} bytes, arena {streamed.Model.ArenaBytes} bytes");
    }

    /// <summary>Writes a recipe's model untrained.</summary>
    public static void Sketch(Recipe recipe, string path)
    {
        int bands = Audio.FrontEnd.Create(recipe.FrontEnd.WriteChunk()).Features;
        torch.random.manual_seed(recipe.Seed);
        IReadOnlyList<LayerPlan> plans = LayerPlan.Layout(recipe.Layers, recipe.Frames, bands);
        RoundedNetwork rounded = new(plans, new KeywordNetwork(plans, recipe.Dropout).Fold(), torch.randn(8, 1, recipe.Frames, bands));
        File.WriteAllBytes(path, KeywordModelFile.Write(plans, rounded.Layers, rounded.Outputs));
    }
}
