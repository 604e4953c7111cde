using System.Runtime.CompilerServices;

namespace EdgeInfer.Tests;

/// <summary>Registers all optional device libraries before any test runs.</summary>
internal static class EveryOperator
{
    [ModuleInitializer]
    public static void Register() => DeviceLibraries.Register();
}
