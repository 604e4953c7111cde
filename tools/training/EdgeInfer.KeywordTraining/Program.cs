using System.CommandLine;
using EdgeInfer.Converter;
using EdgeInfer.KeywordTraining;
using Spectre.Console;

Argument<FileInfo> recipeArgument = new("recipe") { Description = "The recipe (.json)" };
Option<DirectoryInfo> dataOption = new("--data") { Description = "Folder of the recordings: manifest.csv and what it names", DefaultValueFactory = _ => new DirectoryInfo("../shared/speech") };
Option<DirectoryInfo> workOption = new("--work") { Description = "Folder of computed features and checkpoints", DefaultValueFactory = _ => new DirectoryInfo("artifacts/keywords") };
Option<FileInfo> outputOption = new("--output", "-o") { Description = "Model file to write (.tflite); the float network (.onnx) and the streamed blob (.eib) go beside it", DefaultValueFactory = _ => new FileInfo("keywords.tflite") };

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
    TrainingRun.Run(recipe, sets, Path.Combine(work, Path.GetFileNameWithoutExtension(recipeFile.Name)), parsed.GetRequiredValue(outputOption).FullName);
    return 0;
});

Command sketch = new("sketch", "Writes the model untrained, to see with edgeinfer convert and inspect what the recipe's network costs.") { recipeArgument, outputOption };
sketch.SetAction(parsed =>
{
    TrainingRun.Sketch(Recipe.Read(parsed.GetRequiredValue(recipeArgument).FullName), parsed.GetRequiredValue(outputOption).FullName);
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
