namespace EdgeInfer.NanoFramework.Tests;

/// <summary>Where the sources under test are.</summary>
internal static class Repository
{
    /// <summary>The folder that holds EdgeInfer.sln.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "EdgeInfer.sln")))
            folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar)) ?? throw new DirectoryNotFoundException("EdgeInfer.sln is not above the tests.");

        return folder;
    }
}
