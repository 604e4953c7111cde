using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace EdgeInfer.Cli.Terminal;

/// <summary>Shows the help of a command, and behind it how it is used.</summary>
/// <param name="plain">Shows the help.</param>
internal sealed class HelpWithExamples(HelpAction plain) : SynchronousCommandLineAction
{
    private const string Program = "edgeinfer";

    private static readonly Dictionary<string, string> Examples = new()
    {
        [Program] = """
              edgeinfer demo                                    see it work
              edgeinfer inspect model.tflite                    what would this model cost, and does it fit my board?
              edgeinfer convert model.tflite -o model.eib       make the file that the device loads
              edgeinfer quantize model.onnx --data samples      make int8 of a float model, and say what it costs
              edgeinfer run model.eib --input digit.png         what does the model make of this?
              edgeinfer verify model.eib                        is this file whole and safe to run?
              edgeinfer bench model.tflite                      where do the instructions go, and how many are saved?

            Exit codes: 0 done, 1 refused or not equal, 2 command line not understood.
            """,
        ["convert"] = """
              edgeinfer convert model.tflite
                  writes model.eib beside it
              edgeinfer convert kws.tflite -o kws.eib --labels words.txt
                  the blob carries the names of its classes, one a line in words.txt
              edgeinfer convert micro_speech.tflite --front-end micro-speech --labels words.txt
                  the blob also carries what the model listens to
              edgeinfer convert model.tflite -o small.eib --strip
                  leaves out names and self-test: the smallest blob
              edgeinfer convert kws.tflite -o kws.eib --stream --hop 4
                  takes four new frames an inference instead of a whole window, with the same outputs
              edgeinfer convert kws.tflite -o kws.eib --stream --time-padding extend
                  frames take the place of padding in time: far less work, but another model, to be tested as one
            """,
        ["quantize"] = """
              edgeinfer quantize model.onnx --data samples
                  writes model.eib; samples is a folder of .npy, .csv, .png or .wav files, with a folder for each class where they are labelled
              edgeinfer quantize model.tflite --data digits.json --recipe auto
                  tries recipes and keeps the best; digits.json describes a data set that is one file
              edgeinfer quantize model.onnx --data samples --max-bytes 24000 --max-latency 900ms --board esp32-devkitc
                  the most accurate that fits, with 4-bit weights where they cost least
              edgeinfer quantize model.onnx --data samples --max-loss 1
                  the smallest blob that loses at most one point
              edgeinfer quantize model.onnx --data samples --wide-layers gate dense
                  16-bit activations where analyze says that 8 are not enough
              edgeinfer quantize model.onnx --data samples --recipe naive --calibration min-max
                  how bad would it be without?
              edgeinfer quantize model.onnx --data samples --onnx model.qdq.onnx
                  the quantized graph for Netron and ONNX Runtime as well
            """,
        ["evaluate"] = """
              edgeinfer evaluate model.eib --data test --float model.onnx
                  accuracy and confusion of both, and the samples on which they disagree
              edgeinfer evaluate model.onnx --data test
                  of a float model alone
            """,
        ["analyze"] = """
              edgeinfer analyze model.onnx --data samples
                  noise, saturation and sensitivity of every layer
              edgeinfer analyze model.onnx --data samples --html report.html
                  the same with pictures
            """,
        ["compile"] = """
              edgeinfer compile kws.tflite -o Keywords
                  writes projects with a class for the model, its hot layers as code
              edgeinfer compile kws.tflite -o Keywords --max-flash 60000
                  no more code than one assembly holds
              edgeinfer compile kws.tflite -o Keywords --layers 1,3 --name KeywordModel
                  just these operators, and this name
              edgeinfer compile kws.tflite -o Keywords --stream
                  a model that takes new frames only, its hot layers as code
            """,
        ["inspect"] = """
              edgeinfer inspect model.tflite
                  converts in memory and shows operators, arena, size, cost and boards
              edgeinfer inspect model.eib --svg arena.svg
                  also draws the arena as a picture for documents and browsers
              edgeinfer inspect model.eib --board esp32-c3-devkitm-1
                  holds the model against one board only
              edgeinfer inspect model.eib --json | jq .costInstructions
                  for scripts
            """,
        ["run"] = """
              edgeinfer run model.eib --input in.bin --output out.bin
                  raw little-endian tensors; with K frames in in.bin the model runs K times and keeps its states
              edgeinfer run model.eib --input features.npy --top 3
                  float32 arrays are quantized for the model
              edgeinfer run digits.tflite --input seven.png
                  a pixel p becomes p - 128 (int8); --pixels 0..1 goes by the input's scale instead
              edgeinfer run pair.eib --input left.npy --input right.npy
                  a model with two inputs
            """,
        ["listen"] = """
              edgeinfer listen speech.wav --model keywords.eib
                  keywords with the time at which the device would have heard them
              arecord -q -t raw -f S16_LE -r 16000 -c 1 | edgeinfer listen - --model keywords.eib
                  listens to this computer's microphone
              edgeinfer listen yes.wav --model keywords.eib --picture yes.svg --cost
                  draws what was heard, and counts what a second costs on the boards
              edgeinfer listen yes.wav --model micro_speech.tflite --front-end micro-speech --labels words.txt
                  a public model
            """,
        ["verify"] = """
              edgeinfer verify model.eib
              edgeinfer verify model.eib --json
            """,
        ["compare"] = """
              edgeinfer compare model.eib --input in.bin --expected out.bin
                  out.bin holds what another implementation computed, frame by frame
              edgeinfer compare model.tflite --input in.bin --layers layers/
                  layers/index.txt lists files with the outputs of every operator
              edgeinfer compare model.tflite --input in.bin --expected out.bin --tolerance 1
                  differences of one step are accepted
            """,
        ["bench"] = """
              edgeinfer bench
                  measures every kernel by itself, beside a plain port of it
              edgeinfer bench model.tflite other.eib models/
                  measures models: instructions, memory, predicted time on every board
              edgeinfer bench model.tflite --native --board esp32-c3-devkitm-1
                  also measures the native kernels; needs gcc-riscv64-unknown-elf and qemu
              edgeinfer bench --kernels --native models/ --markdown docs/benchmarks.md --chart docs/benchmarks.svg
                  writes the page and the picture of this project's documentation
              edgeinfer bench model.tflite --json | jq .models[0].managed.inference
                  for scripts
            """,
        ["boards"] = """
              edgeinfer boards
              edgeinfer boards esp32-devkitc
                  what is known of it, and from where
              edgeinfer boards esp32-devkitc --pins firmware/KeywordSpotting/Pins.cs
                  pins of LED and microphone as constants for the application
            """,
        ["flash"] = """
              edgeinfer flash --board esp32-devkitc --port /dev/ttyUSB0 --firmware
                  a new board gets nanoFramework
              edgeinfer flash --board esp32-devkitc --port COM3 --application KeywordSpotting.bin --model keywords.eib
                  application and model in one go
              edgeinfer flash --board esp32-devkitc --port COM3 --model other.eib
                  another model, without building or flashing anything
              edgeinfer flash --board esp32-devkitc --port COM3 --firmware --dry-run
                  what would be run
            """,
        ["demo"] = """
              edgeinfer demo
                  hears the keywords in a sentence that the command carries
              edgeinfer demo --picture heard.svg
                  draws it there
              edgeinfer demo digits
                  reads ten handwritten digits
            """,
        ["digits"] = """
              edgeinfer demo digits --digit 7
                  only one of them
              edgeinfer demo digits --image mine.png
                  your own: 28 x 28 pixels, white on black
            """,
        ["completions"] = """
              edgeinfer completions bash >> ~/.bashrc
              edgeinfer completions zsh >> ~/.zshrc
              edgeinfer completions pwsh >> $PROFILE
            """,
    };

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        Command command = parseResult.CommandResult.Command;
        using StringWriter help = new();
        parseResult.InvocationConfiguration.Output = help;
        int code = plain.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;

        // The parser names the program after its assembly, which cannot have the name of the command.
        output.Write(help.ToString().Replace($"  {parseResult.RootCommandResult.Command.Name} ", $"  {Program} ", StringComparison.Ordinal));
        if (!Examples.TryGetValue(command is RootCommand ? Program : command.Name, out string? examples)) return code;

        output.WriteLine("Examples:");
        output.WriteLine(examples);
        output.WriteLine();
        return code;
    }
}
