using System.CommandLine;
using EdgeInfer.Converter;
using EdgeInfer.Training;
using Spectre.Console;
using TorchSharp;

Option<DirectoryInfo> dataOption = new("--data") { Description = "Folder of the MNIST files (train10k-*.gz, test-*.gz)", DefaultValueFactory = _ => new DirectoryInfo("../shared/mnist") };
Option<FileInfo> outputOption = new("--output", "-o") { Description = "Model file to write", DefaultValueFactory = _ => new FileInfo("digits.tflite") };
Option<int> epochsOption = new("--epochs") { Description = "Passes over the training images", DefaultValueFactory = _ => 100 };
Option<long> seedOption = new("--seed") { Description = "Seed of weights, order and augmentation", DefaultValueFactory = _ => 7 };
RootCommand command = new("Trains the demo model: a small int8 network that reads handwritten digits.") { dataOption, outputOption, epochsOption, seedOption };
command.SetAction(parsed =>
{
    DirectoryInfo data = parsed.GetRequiredValue(dataOption);
    if (!data.Exists)
    {
        AnsiConsole.MarkupLineInterpolated($"[red]There is no folder {data.FullName}; give the folder of the MNIST files with --data.[/]");
        return 1;
    }

    DigitSet training = DigitSet.Read(data.FullName, "train10k");
    DigitSet test = DigitSet.Read(data.FullName, "test");
    AnsiConsole.WriteLine($"{training.Count} training images, {test.Count} test images, {LayerPlan.Digits.Sum(layer => layer.Macs)} multiply-accumulates");

    // One thread: layers this small gain nothing from more, and the same seed then gives the same model.
    torch.set_num_threads(1);
    torch.random.manual_seed(parsed.GetRequiredValue(seedOption));
    DigitNetwork network = Trainer.Train(training, parsed.GetRequiredValue(epochsOption));
    IReadOnlyList<FoldedLayer> layers = network.Fold();
    AnsiConsole.WriteLine($"float accuracy {Trainer.Accuracy(layers, test):P2}");

    byte[] file = DigitModelFile.Write(Quantizer.Quantize(layers, training));
    string path = parsed.GetRequiredValue(outputOption).FullName;
    File.WriteAllBytes(path, file);
    ConversionResult converted = ModelConverter.Convert(file, Path.GetFileName(path));
    AnsiConsole.WriteLine($"int8 accuracy  {DeviceAccuracy.Measure(converted, test):P2} (device runtime)");
    AnsiConsole.WriteLine($"{path}: {file.Length} bytes; blob {converted.Blob.Length} bytes, arena {converted.Model.ArenaBytes} bytes");
    return 0;
});
return command.Parse(args).Invoke();
