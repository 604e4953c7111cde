using System.Security.Cryptography;

namespace EdgeInfer.Tests;

/// <summary>Files that tests write become seeds of fuzzing, where the variable EDGEINFER_FUZZING_SEEDS names a folder for them.</summary>
internal static class FuzzingSeeds
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("EDGEINFER_FUZZING_SEEDS");

    /// <summary>Keeps a file for a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="content">The file.</param>
    /// <returns>The file.</returns>
    public static byte[] Keep(string target, byte[] content)
    {
        if (Folder is not null)
        {
            string folder = Directory.CreateDirectory(Path.Combine(Folder, target)).FullName;
            File.WriteAllBytes(Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(content))[..16]), content);
        }

        return content;
    }
}
