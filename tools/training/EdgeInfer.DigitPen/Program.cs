using System.CommandLine;
using EdgeInfer.DigitPen;

Option<DirectoryInfo> picturesOption = new("--pictures") { Description = "Folder that gets 0.png to 9.png", Required = true };
Option<FileInfo?> rawOption = new("--raw") { Description = "File that gets the bare pixels of one digit" };
Option<int> digitOption = new("--digit") { Description = "The digit of --raw", DefaultValueFactory = _ => 7 };
RootCommand command = new("Draws the demo's digits, white on black, 28x28.") { picturesOption, rawOption, digitOption };
command.SetAction(parsed =>
{
    string folder = parsed.GetRequiredValue(picturesOption).FullName;
    for (int digit = 0; digit < Handwriting.Count; digit++)
        PngFile.Write(Path.Combine(folder, $"{digit}.png"), Pen.Draw(Handwriting.Strokes(digit)), Pen.Side);

    if (parsed.GetValue(rawOption) is FileInfo raw)
        File.WriteAllBytes(raw.FullName, Pen.Draw(Handwriting.Strokes(parsed.GetRequiredValue(digitOption))));
});
return command.Parse(args).Invoke();
