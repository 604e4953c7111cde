namespace EdgeInfer.Tests;

/// <summary>The optional folder of public models and golden vectors beside the repository.</summary>
internal static class SharedData
{
    public const string Missing = "the conformance data (../shared beside the repository) is not there";

    /// <summary>The folder, or null where it is absent.</summary>
    public static string? Root { get; } = Find();

    public static bool IsPresent => Root is not null;

    public static string PathOf(params string[] parts) => Path.Combine([Root ?? throw new InvalidOperationException(Missing), .. parts]);

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "EdgeInfer.sln"))) continue;

            string shared = Path.Combine(folder.Parent?.FullName ?? folder.FullName, "shared");
            return Directory.Exists(Path.Combine(shared, "conformance")) ? shared : null;
        }

        return null;
    }
}

/// <summary>A test that needs the conformance data, reported as skipped without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute()
    {
        if (!SharedData.IsPresent) Skip = SharedData.Missing;
    }
}

/// <summary>A test with cases from the conformance data, reported as skipped without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute()
    {
        if (!SharedData.IsPresent) Skip = SharedData.Missing;
    }
}
