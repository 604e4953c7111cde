using System.CommandLine;
using EdgeInfer.Cli.Terminal;
using Spectre.Console;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer verify</c>: whether a blob is whole, safe to run, and computes what it should.</summary>
internal static class VerifyCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Argument<string> model = CommonOptions.Model();
        Option<bool> json = CommonOptions.Json();
        Command command = new("verify", "Check that a blob is whole and safe to run, and run its self-test.") { model, json };
        command.SetAction(parsed => Verify(console, parsed.GetRequiredValue(model), parsed.GetValue(json)));
        return command;
    }

    private static int Verify(CommandConsole console, string path, bool json)
    {
        ModelFile file = ModelFile.Load(path);
        byte[]? chunk = file.Model.ReadMetadata(SelfTest.Tag);
        int frames = chunk is { Length: >= 4 } ? BitConverter.ToInt32(chunk) : 0;
        int? result = chunk is null ? null : console.Busy("Running the self-test", _ => RunSelfTest(file));
        int operators = file.Model.OperatorCount;
        if (result is not null and not SelfTest.Passed)
        {
            string where = result == operators ? "the outputs of a later frame differ" : $"operator {result} ({OperatorAt(file.Model, result.Value)}) computed something else";
            throw new CommandFailure($"{path}: the self-test failed: {where}. The file is intact, so the runtime differs from the one that made it; convert the model again with this version.");
        }

        if (json)
        {
            console.Json(new { File = path, Verified = true, SelfTest = result is null ? "none" : "passed", SelfTestFrames = frames, Operators = operators, file.Model.ArenaBytes });
            return EdgeInferCommand.Success;
        }

        int tensors = file.Model.Header[BlobFormat.TensorCountWord];
        console.Line($"[bold]{Markup.Escape(path)}[/]");
        Proven(console, $"whole: {Wording.Count(file.Blob.Length)} bytes, checksum correct, format version {file.Model.Header[BlobFormat.VersionWord]}");
        Proven(console, $"safe: no operator of {operators} can read or write outside its tensors and constants, whatever the input");
        Proven(console, $"planned: no tensor of {tensors} is overwritten while it is needed, in an arena of {Wording.Count(file.Model.ArenaBytes)} bytes");
        if (result is null) console.Line("[yellow]-[/] not tested: the blob carries no self-test (converted with --strip or --self-test 0)");
        else Proven(console, $"right: all {operators} operators and the outputs of {frames} frame{(frames == 1 ? string.Empty : "s")} came to what the converter recorded");
        return EdgeInferCommand.Success;
    }

    private static int RunSelfTest(ModelFile file)
    {
        try
        {
            return SelfTest.Run(new Interpreter(file.Model));
        }
        catch (InvalidOperationException)
        {
            throw new CommandFailure($"{file.Path}: its self-test (metadata \"TEST\") has another length than {file.Model.OperatorCount} operators need. Convert the model again.");
        }
    }

    private static OperatorCode OperatorAt(Model model, int index)
    {
        int position = model.MainProgram;
        for (int i = 0; i < index; i++) position += model.Words[position + Record.Length];
        return (OperatorCode)model.Words[position + Record.Code];
    }

    private static void Proven(CommandConsole console, string what) => console.Line($"[green]√[/] {Markup.Escape(what)}");
}
