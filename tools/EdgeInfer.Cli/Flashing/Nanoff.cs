using System.ComponentModel;
using System.Diagnostics;

namespace EdgeInfer.Cli.Flashing;

/// <summary>The flasher of nanoFramework, a .NET tool of its own.</summary>
internal static class Nanoff
{
    /// <summary>Its name.</summary>
    public const string Program = "nanoff";

    /// <summary>Environment variable that names it where it is not on the path.</summary>
    public const string Variable = "NANOFF";

    /// <summary>How to get it.</summary>
    public const string Installation = "dotnet tool install -g nanoff";

    /// <summary>Runs one step; what the flasher writes goes to the terminal.</summary>
    /// <param name="step">The step.</param>
    /// <returns>The flasher's exit code; null where it is not installed.</returns>
    public static int? Run(FlashStep step)
    {
        string? list = null;
        try
        {
            if (step.FileList is not null)
            {
                list = Path.Combine(Path.GetTempPath(), $"edgeinfer-{Guid.NewGuid():N}.json");
                File.WriteAllText(list, step.FileList);
            }

            ProcessStartInfo start = new(Environment.GetEnvironmentVariable(Variable) ?? Program, step.Arguments.Select(a => a == FlashStep.FileListPlace ? list! : a)) { UseShellExecute = false };
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (Win32Exception)
        {
            return null;
        }
        finally
        {
            if (list is not null) File.Delete(list);
        }
    }
}
