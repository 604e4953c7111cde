using EdgeInfer.Tests;

namespace EdgeInfer.Cli.Tests;

/// <summary>The int8 models of the optional conformance data.</summary>
internal static class SharedModels
{
    /// <summary>Names of the models; one that stands for all where the data is absent, so that their tests show as skipped.</summary>
    public static IEnumerable<string> Int8 =>
        SharedData.Root is null
            ? ["kws_ref_model_int8"]
            : Directory.EnumerateDirectories(SharedData.PathOf("conformance", "models")).Select(f => Path.GetFileName(f)!)
                .Where(n => !n.EndsWith("_float", StringComparison.Ordinal) && n != "magic_wand").Order(StringComparer.Ordinal);

    public static string PathOf(string model, string file) => SharedData.PathOf("conformance", "models", model, file);
}
