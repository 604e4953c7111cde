using System.CommandLine;
using System.Globalization;
using System.Text;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter.Audio;
using EdgeInfer.Converter.Boards;

namespace EdgeInfer.Cli.Commands;

/// <summary>Arguments and options that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>The model.</summary>
    public static Argument<string> Model() => new("model") { Description = "A blob (.eib), or a .tflite or .onnx file, which is converted in memory.", HelpName = "MODEL" };

    /// <summary>Output for scripts.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Write the result as JSON." };

    /// <summary>Input files.</summary>
    public static Option<string[]> Input() => new("--input", "-i")
    {
        Description = $"Input file: {string.Join(' ', InputFile.Endings)}. Once for each input of the model, or an .npz file with all; for a model with one input, several files are frames in sequence.",
        HelpName = "FILE",
        Arity = ArgumentArity.OneOrMore,
        Required = true,
    };

    /// <summary>Makes an option take a whole number in a range.</summary>
    /// <param name="option">The option.</param>
    /// <param name="minimum">Smallest number allowed.</param>
    /// <param name="maximum">Largest number allowed.</param>
    public static Option<int?> Between(this Option<int?> option, int minimum, int maximum)
    {
        option.CustomParser = result =>
        {
            if (result.Tokens.Count == 0) return null;

            string word = result.Tokens[0].Value;
            if (int.TryParse(word, CultureInfo.InvariantCulture, out int value) && value >= minimum && value <= maximum) return value;

            result.AddError($"{option.Name} takes a whole number from {minimum} to {maximum}, not '{word}'.");
            return null;
        };
        return option;
    }

    /// <summary>One board.</summary>
    public static Option<string?> Board(string description)
    {
        Option<string?> option = new("--board") { Description = description, HelpName = "NAME" };
        return option.AcceptOnlyFromAmong([.. BoardCatalog.All.Select(b => b.Name)]);
    }

    /// <summary>Samples.</summary>
    public static Option<string> Data() => new("--data", "-d")
    {
        Description = $"Samples: a folder of {string.Join(' ', InputFile.Endings)} files, with a folder for each class where they are labelled; one such file; or a dataset manifest (.json). Of a model with several inputs: .npz files, or a folder for each input.",
        HelpName = "FOLDER|FILE",
        Required = true,
    };

    /// <summary>Names of the classes.</summary>
    public static Option<string?> Labels() => new("--labels") { Description = "Text file with the names of the classes, one a line in the order of the output.", HelpName = "FILE" };

    /// <summary>Reads the names of the classes.</summary>
    /// <param name="path">The file; null for none.</param>
    public static string[] ReadLabels(string? path) =>
        path is null ? [] : [.. Encoding.UTF8.GetString(ModelFile.ReadAll(path)).TrimStart('\uFEFF').Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)];

    /// <summary>The output that is held against labels.</summary>
    public static Option<string?> ScoredOutput() => new("--score-output") { Description = "Name of the output that accuracy is measured on. Default: the first with an element for each class, or else the first.", HelpName = "NAME" };

    /// <summary>What the model listens to.</summary>
    public static Option<string?> FrontEnd() => new("--front-end")
    {
        Description = $"What makes the model's input of audio, to be carried by the blob: {string.Join(", ", FrontEndConfiguration.Named.Keys)}, or a .json file with its configuration.",
        HelpName = "NAME|FILE.json",
    };

    /// <summary>Finds a front end by its name, or reads its file.</summary>
    /// <param name="choice">What was given; null for none.</param>
    /// <returns>The configuration; null for none.</returns>
    /// <exception cref="CommandFailure">There is no such name, or the file is no configuration.</exception>
    public static FrontEndConfiguration? ReadFrontEnd(string? choice)
    {
        if (choice is null) return null;
        if (FrontEndConfiguration.Named.TryGetValue(choice, out FrontEndConfiguration? known)) return known;

        if (!choice.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            string advice = Spelling.Nearest(choice, FrontEndConfiguration.Named.Keys) is { } meant ? $" Did you mean '{meant}'?" : string.Empty;
            throw new CommandFailure($"there is no front end '{choice}'.{advice} Known are {string.Join(", ", FrontEndConfiguration.Named.Keys)}; any other is described by a .json file.");
        }

        return Explained(() => FrontEndConfiguration.Parse(ModelFile.ReadAll(choice), choice));
    }

    /// <summary>What a front end makes of recordings.</summary>
    /// <param name="configuration">The front end; null for none.</param>
    /// <returns>The features; null for none.</returns>
    public static SoundFeatures? SoundOf(FrontEndConfiguration? configuration) =>
        configuration is null ? null : new SoundFeatures(configuration.WriteChunk(), configuration.FeatureQuantization().Scale, configuration.FeatureQuantization().ZeroPoint);

    /// <summary>What is made of what the model says.</summary>
    public static Option<string?> Detector() => new("--detector")
    {
        Description = "File that says when the model is run and what of its output is a detection: hop, smoothing, thresholds, refractory time, keywords.",
        HelpName = "FILE.json",
    };

    /// <summary>Reads the configuration of a detector.</summary>
    /// <param name="path">The file; null for the defaults.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="CommandFailure">The file is no configuration.</exception>
    public static DetectorConfiguration ReadDetector(string? path) =>
        path is null ? new DetectorConfiguration() : Explained(() => DetectorConfiguration.Parse(ModelFile.ReadAll(path), path));

    private static T Explained<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new CommandFailure(e.Message);
        }
    }

    /// <summary>Whether numbers are integers of the tensor.</summary>
    public static Option<bool> Quantized() => new("--quantized") { Description = "Numbers in .csv and .npy files are the tensor's own integers, not real values." };

    /// <summary>What pixels stand for.</summary>
    public static Option<PixelRange?> Pixels() => new("--pixels")
    {
        Description = "Real values of black and white, such as 0..1 or -1..1. Without it a pixel covers the whole range of the tensor.",
        HelpName = "MIN..MAX",
        CustomParser = result =>
        {
            string[] parts = result.Tokens[0].Value.Split("..");
            if (parts.Length == 2
                && float.TryParse(parts[0], CultureInfo.InvariantCulture, out float black)
                && float.TryParse(parts[1], CultureInfo.InvariantCulture, out float white)) return new PixelRange(black, white);

            result.AddError($"'{result.Tokens[0].Value}' is no range; write it like 0..1.");
            return null;
        },
    };
}
