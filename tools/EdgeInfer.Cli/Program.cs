using System.Text;
using EdgeInfer.Cli;
using EdgeInfer.Cli.Terminal;

// Block characters and box lines need it where the terminal's default is another code page.
if (!Console.IsOutputRedirected) Console.OutputEncoding = Encoding.UTF8;
return EdgeInferCommand.Run(args, CommandConsole.ForProcess());
