using System.CommandLine;
using EdgeInfer.Converter;
using EdgeInfer.KeywordTraining;
using Spectre.Console;
using TorchSharp;

Argument<FileInfo> recipeArgument = new("recipe") { Description = "The recipe (.json)" };
Option<DirectoryInfo> dataOption = new("--data") { Description = "Folder of the recordings: manifest.csv and what it names", DefaultValueFactory = _ => new DirectoryInfo("../shared/speech") };
Option<DirectoryInfo> workOption = new("--work") { Description = "Folder of computed features and checkpoints", DefaultValueFactory = _ => new DirectoryInfo("artifacts/keywords") };
Option<FileInfo> outputOption = new("--output", "-o") { Description = "Model file to write", DefaultValueFactory = _ => new FileInfo("keywords.tflite") };

Command prepare = new("prepare", "Synthesizes words and computes all features; train does so too where it has not been done.") { recipeArgument, dataOption, workOption };
prepare.SetAction(parsed =>
{
    Preparation.Run(Recipe.Read(parsed.GetRequiredValue(recipeArgument).FullName), parsed.GetRequiredValue(dataOption).FullName, parsed.GetRequiredValue(workOption).FullName);
    return 0;
});

Command train = new("train", "Trains the model, or goes on with it.") { recipeArgument, dataOption, workOption, outputOption };
train.SetAction(parsed =>
{
    FileInfo recipeFile = parsed.GetRequiredValue(recipeArgument);
    Recipe recipe = Recipe.Read(recipeFile.FullName);
    string work = parsed.GetRequiredValue(workOption).FullName;
    Preparation sets = Preparation.Run(recipe, parsed.GetRequiredValue(dataOption).FullName, work);

    torch.set_num_threads(1);
    torch.random.manual_seed(recipe.Seed);
    int bands = sets.Test.Size / recipe.Frames;
    IReadOnlyList<LayerPlan> plans = LayerPlan.Layout(recipe.Layers, recipe.Frames, bands);
    AnsiConsole.WriteLine($"{sets.Training.Labels.Length} clips to train with, {sets.Validation.Labels.Length} to validate, {sets.Test.Labels.Length} to test");
    AnsiConsole.WriteLine($"{recipe.Frames} frames of {bands} bands, {plans.Sum(plan => plan.Macs)} multiply-accumulates, {plans.Sum(plan => plan.WeightsPerChannel * plan.OutputChannels)} weights");
    KeywordNetwork network = new(plans, recipe.Dropout);
    KeywordNetwork mean = new(plans, recipe.Dropout);
    string stem = Path.Combine(work, Path.GetFileNameWithoutExtension(recipeFile.Name));
    Trainer.Train(network, mean, recipe, recipe.Epochs, recipe.LearningRate, sets, $"{stem}.float", "training");
    AnsiConsole.WriteLine($"float: validation {Trainer.Accuracy(mean, sets.Validation, recipe.Frames):P1}, test {Trainer.Accuracy(mean, sets.Test, recipe.Frames):P1}");

    int[] calibration = [.. Enumerable.Range(0, 512).Select(i => i * sets.Training.Labels.Length / 512)];
    RoundedNetwork Round()
    {
        mean.eval();
        return new RoundedNetwork(plans, mean.Fold(), Batches.Vary(sets.Training, calibration, recipe.Frames, new Random(recipe.Seed)).Input);
    }

    RoundedNetwork rounded = Round();
    RoundedNetwork roundedMean = Round();
    AnsiConsole.WriteLine($"rounded: validation {Trainer.Accuracy(rounded, sets.Validation, recipe.Frames):P1}, test {Trainer.Accuracy(rounded, sets.Test, recipe.Frames):P1}");
    Trainer.Train(rounded, roundedMean, recipe, recipe.QuantizedEpochs, recipe.LearningRate / 20, sets, $"{stem}.rounded", "training, rounded");
    AnsiConsole.WriteLine($"rounded and trained: validation {Trainer.Accuracy(roundedMean, sets.Validation, recipe.Frames):P1}, test {Trainer.Accuracy(roundedMean, sets.Test, recipe.Frames):P1}");

    byte[] file = KeywordModelFile.Write(plans, roundedMean);
    string path = parsed.GetRequiredValue(outputOption).FullName;
    File.WriteAllBytes(path, file);
    ConversionResult converted = ModelConverter.Convert(file, Path.GetFileName(path));
    AnsiConsole.WriteLine($"int8 on the device runtime: validation {DeviceAccuracy.Share(DeviceAccuracy.Confusion(converted, sets.Validation)):P1}, test {DeviceAccuracy.Share(DeviceAccuracy.Confusion(converted, sets.Test)):P1}");
    ConversionResult streamed = ModelConverter.Convert(file, Path.GetFileName(path), recipe.Conversion());
    File.WriteAllBytes(Path.ChangeExtension(path, ".eib"), streamed.Blob);
    AnsiConsole.WriteLine($"{path}: {file.Length} bytes; streamed blob {streamed.Blob.Length} bytes, arena {streamed.Model.ArenaBytes} bytes");
    return 0;
});

Command sketch = new("sketch", "Writes the model untrained, to see with edgeinfer convert and inspect what the recipe's network costs.") { recipeArgument, outputOption };
sketch.SetAction(parsed =>
{
    Recipe recipe = Recipe.Read(parsed.GetRequiredValue(recipeArgument).FullName);
    int bands = EdgeInfer.Audio.FrontEnd.Create(recipe.FrontEnd.WriteChunk()).Features;
    torch.random.manual_seed(recipe.Seed);
    IReadOnlyList<LayerPlan> plans = LayerPlan.Layout(recipe.Layers, recipe.Frames, bands);
    KeywordNetwork network = new(plans, recipe.Dropout);
    File.WriteAllBytes(parsed.GetRequiredValue(outputOption).FullName, KeywordModelFile.Write(plans, new RoundedNetwork(plans, network.Fold(), torch.randn(8, 1, recipe.Frames, bands))));
    return 0;
});

Argument<FileInfo> modelArgument = new("model") { Description = "The model file that was trained (.tflite)" };
Argument<FileInfo> blobArgument = new("blob") { Description = "The blob that the board runs (.eib)" };
Option<FileInfo?> pictureOption = new("--picture") { Description = "Confusion matrix to draw (.svg)" };
Option<double> hoursOption = new("--hours") { Description = "Hours of noise and of speech", DefaultValueFactory = _ => 2 };
Command measure = new("measure", "Measures a model on speakers whom it did not hear, and the blob on words in noise, on noise and on other speech.") { recipeArgument, modelArgument, blobArgument, dataOption, workOption, pictureOption, hoursOption };
measure.SetAction(parsed =>
{
    Recipe recipe = Recipe.Read(parsed.GetRequiredValue(recipeArgument).FullName);
    string data = parsed.GetRequiredValue(dataOption).FullName;
    Preparation sets = Preparation.Run(recipe, data, parsed.GetRequiredValue(workOption).FullName);
    ConversionResult model = ModelConverter.ConvertFile(parsed.GetRequiredValue(modelArgument).FullName);
    int[,] confusion = DeviceAccuracy.Confusion(model, sets.Test);
    double accuracy = DeviceAccuracy.Share(confusion);
    AnsiConsole.WriteLine($"accuracy on {sets.Test.Labels.Length} clips of speakers it did not hear: {accuracy:P1}");
    if (parsed.GetValue(pictureOption) is { } picture)
        File.WriteAllText(picture.FullName, ConfusionPicture.Draw(confusion, SpeechSet.Labels, $"{sets.Test.Labels.Length} clips of speakers not heard in training: {accuracy:P1} right"));

    SpeechSet set = SpeechSet.Read(data);
    ListeningTest listening = new(File.ReadAllBytes(parsed.GetRequiredValue(blobArgument).FullName), recipe.Seed);
    (int words, int heard, int wrong) = listening.Words(set);
    AnsiConsole.WriteLine($"keywords in noise: {heard} of {words} heard ({(double)heard / words:P1}), {wrong} wrong detections in {words * 2 / 60.0:0} minutes");
    double hours = parsed.GetValue(hoursOption);
    AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(progress =>
    {
        ProgressTask task = progress.AddTask("noise");
        string[] names = [.. File.ReadLines(Path.Combine(data, "manifest.csv")).Where(line => line.Contains("_background_noise_", StringComparison.Ordinal)).Select(line => Path.GetFileNameWithoutExtension(line.Split(',')[0]))];
        int sum = 0;
        foreach ((string name, double part, int detections) in listening.Noise(set, names, hours, share => task.Value = 100 * share))
        {
            AnsiConsole.WriteLine($"{name}: {detections} false detections in {part:0.00} hours");
            sum += detections;
        }

        AnsiConsole.WriteLine($"noise: {sum / hours:0.0} false detections an hour");
        task.Value = 100;
        task = progress.AddTask("speech");
        (double spoken, int falls) = listening.Speech(hours / 2, share => task.Value = 100 * share);
        AnsiConsole.WriteLine($"speech without keywords: {falls / spoken:0.0} false detections an hour ({falls} in {spoken:0.00} hours)");
        task.Value = 100;
    });
    return 0;
});

return new RootCommand("Trains EdgeInfer's keyword model.") { prepare, train, measure, sketch }.Parse(args).Invoke();
