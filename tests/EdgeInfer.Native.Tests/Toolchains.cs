namespace EdgeInfer.Native.Tests;

/// <summary>What tests do where a compiler or emulator is missing.</summary>
internal static class Toolchains
{
    /// <summary>Where this is 1, a missing compiler or emulator fails the tests that need it.</summary>
    private const string RequireVariable = "EDGEINFER_REQUIRE_TOOLCHAINS";

    /// <summary>The reason to skip a test, or null.</summary>
    public static string? SkipReason(string? missing) => Environment.GetEnvironmentVariable(RequireVariable) == "1" ? null : missing;
}
