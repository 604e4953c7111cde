namespace EdgeInfer.Cli.Terminal;

/// <summary>
/// Ctrl-C while long work is done: the first one ends it at the next step, with the terminal as it was and no file half written;
/// a second one ends the program at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    /// <summary>Listens from now on.</summary>
    public Interruption() => Console.CancelKeyPress += OnCancel;

    /// <summary>Passes a step on.</summary>
    /// <param name="progress">Hears what is done.</param>
    /// <returns>The same, but it throws once Ctrl-C was pressed.</returns>
    public Action<string> Around(Action<string> progress) => text =>
    {
        _source.Token.ThrowIfCancellationRequested();
        progress(text);
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        Console.CancelKeyPress -= OnCancel;
        _source.Dispose();
    }

    private void OnCancel(object? sender, ConsoleCancelEventArgs e)
    {
        e.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
