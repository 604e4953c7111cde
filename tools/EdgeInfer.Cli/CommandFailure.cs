namespace EdgeInfer.Cli;

/// <summary>What the user asked for cannot be done. The message is shown as it is: it names the file and says what to do.</summary>
internal sealed class CommandFailure(string message) : Exception(message);
