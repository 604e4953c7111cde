using Spectre.Console;

namespace EdgeInfer.Cli.Terminal;

/// <summary>Where a command writes to: results to one stream, messages to the other.</summary>
internal sealed class CommandConsole
{
    private const int RedirectedWidth = 120;

    /// <summary>Writes to the given streams.</summary>
    /// <param name="output">Receives results.</param>
    /// <param name="error">Receives messages.</param>
    /// <param name="width">Columns that tables and pictures may take.</param>
    /// <param name="settings">Colours and escape sequences; null for none.</param>
    public CommandConsole(TextWriter output, TextWriter error, int width, AnsiConsoleSettings? settings = null)
    {
        Output = output;
        Error = error;
        settings ??= new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No };
        settings.Out = new AnsiConsoleOutput(output);
        Rich = AnsiConsole.Create(settings);
        Rich.Profile.Width = width;
    }

    /// <summary>Plain text, such as JSON.</summary>
    public TextWriter Output { get; }

    /// <summary>Messages.</summary>
    public TextWriter Error { get; }

    /// <summary>Tables, pictures and progress.</summary>
    public IAnsiConsole Rich { get; }

    /// <summary>Columns that tables and pictures may take.</summary>
    public int Width => Rich.Profile.Width;

    /// <summary>Whether colours can be shown.</summary>
    public bool HasColors => Rich.Profile.Capabilities.ColorSystem != ColorSystem.NoColors;

    /// <summary>The console of this process.</summary>
    public static CommandConsole ForProcess()
    {
        if (Console.IsOutputRedirected) return new CommandConsole(Console.Out, Console.Error, RedirectedWidth);

        int width = AnsiConsole.Console.Profile.Width;
        return new CommandConsole(Console.Out, Console.Error, width, new AnsiConsoleSettings());
    }

    /// <summary>Does long work behind a spinner where somebody watches, and silently where not.</summary>
    /// <typeparam name="T">What the work comes to.</typeparam>
    /// <param name="what">What is being done.</param>
    /// <param name="work">The work; it may call its argument to say how far it is.</param>
    /// <returns>What the work came to.</returns>
    public T Busy<T>(string what, Func<Action<string>, T> work)
    {
        if (!Rich.Profile.Capabilities.Interactive) return work(static _ => { });

        return Rich.Status().Start(Markup.Escape(what), context => work(text => context.Status(Markup.Escape(text))));
    }

    /// <summary>Does long work of several steps with a bar for each where somebody watches, and silently where not.</summary>
    /// <typeparam name="T">What the work comes to.</typeparam>
    /// <param name="work">The work; it calls its argument with the name of a step and the part of it that is done, 0 to 1.</param>
    /// <returns>What the work came to.</returns>
    public T Track<T>(Func<Action<string, double>, T> work)
    {
        if (!Rich.Profile.Capabilities.Interactive) return work(static (_, _) => { });

        return Rich.Progress().AutoClear(true).Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn()).Start(context =>
        {
            Dictionary<string, ProgressTask> tasks = [];
            return work((step, part) =>
            {
                lock (tasks)
                {
                    if (!tasks.TryGetValue(step, out ProgressTask? task)) tasks.Add(step, task = context.AddTask(Markup.Escape(step), maxValue: 1));
                    task.Value = Math.Max(task.Value, part);
                }
            });
        });
    }

    /// <summary>Writes a line of markup.</summary>
    public void Line(string markup = "") => Rich.MarkupLine(markup);
}
