using System.Collections.Concurrent;
using System.Diagnostics;

namespace EdgeInfer.NativeKernels;

/// <summary>Programs that are run beside this one.</summary>
internal static class Command
{
    private static readonly ConcurrentDictionary<string, bool> Known = new();

    /// <summary>Tells whether a program is in one of the folders of PATH.</summary>
    public static bool Exists(string program) => Known.GetOrAdd(program, static name =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, name)) || File.Exists(Path.Combine(folder, name + ".exe"))));

    /// <summary>Runs a program and waits for its end.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it runs.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="NativeToolException">It cannot be started, or reports a failure.</exception>
    public static string Run(string program, IEnumerable<string> arguments, string folder)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using Process process = Start(start);
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == 0) return output;

        throw new NativeToolException($"{program} {string.Join(' ', start.ArgumentList)}\nreports {process.ExitCode}:\n{errors.Result}{output}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new NativeToolException($"{start.FileName} cannot be started: {error.Message}");
        }
    }
}
