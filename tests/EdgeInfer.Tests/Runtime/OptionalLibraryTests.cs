using System.Reflection;
using System.Runtime.Loader;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Runtime;

/// <summary>Operators that an application has to register.</summary>
public sealed class OptionalLibraryTests
{
    private const string Sample = "filter with 8-bit state";

    public static TheoryData<OperatorCode> Codes => [.. Enum.GetValues<OperatorCode>()];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_operator_has_a_kernel_in_the_library_that_is_named_for_it(OperatorCode code)
    {
        Type kernel = KernelCatalog.Managed(code).GetType();

        Assert.Equal(DeviceLibraries.KernelOf(code), kernel);
        Assert.Equal(code.ToString(), KernelCatalog.Managed(code).Name);
    }

    [Fact]
    public void Operator_codes_have_no_gaps() => Assert.Equal(Enumerable.Range(1, KernelCatalog.Count - 1), Enum.GetValues<OperatorCode>().Select(code => (int)code).Order());

    [Theory]
    [MemberData(nameof(Codes))]
    public void Without_its_library_an_operator_is_refused_by_name(OperatorCode code)
    {
        string library = OperatorLibrary.Of(code);
        if (library == OperatorLibrary.Core) return;

        string[] words = [$"{code} ", library, OperatorLibrary.Registration(library)];
        using FreshRuntime fresh = new();
        Type catalog = fresh.GetType(typeof(KernelCatalog).FullName!);
        object unknown = Enum.ToObject(fresh.GetType(typeof(OperatorCode).FullName!), code);
        string message = Assert.IsType<InvalidOperationException>(Thrown(() => catalog.GetMethod(nameof(KernelCatalog.Managed))!.Invoke(null, [unknown]))).Message;
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_blob_is_refused_until_the_library_of_its_operators_is_registered()
    {
        byte[] blob = SampleGraphs.Blob(Sample);
        BlobEditor editor = new(blob);
        using FreshRuntime fresh = new();
        MethodInfo load = fresh.GetType(typeof(Model).FullName!).GetMethod(nameof(Model.Load), [typeof(byte[])])!;

        string message = Thrown(() => load.Invoke(null, [blob])).Message;

        Assert.EndsWith(
            $", code at byte {Refusal.ByteOf(editor.Find(OperatorCode.Svdf))}: Svdf is an operator of the library EdgeInfer.Recurrent: refer to it, "
            + "and call RecurrentKernels.Register() before the model is loaded.",
            message,
            StringComparison.Ordinal);
        DeviceLibraries.Register(fresh.GetType);
        Assert.NotNull(load.Invoke(null, [blob]));
    }

    [Fact]
    public void Only_operators_that_the_core_lacks_can_be_added()
    {
        Assert.Throws<ArgumentException>(() => KernelCatalog.Add(OperatorCode.Conv2D, KernelCatalog.Managed(OperatorCode.Conv2D)));
        Assert.Throws<ArgumentNullException>(() => KernelCatalog.Add(OperatorCode.Svdf, null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelCatalog.Add(0, KernelCatalog.Managed(OperatorCode.Svdf)));
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelCatalog.Replace((OperatorCode)KernelCatalog.Count, null));
    }

    [Fact]
    public void A_model_needs_the_libraries_of_its_operators_and_no_others()
    {
        Assert.Equal([OperatorLibrary.Core], DeviceLibraries.NeededBy(Model.Load(SampleGraphs.Blob("network"))));
        Assert.Equal([OperatorLibrary.Core, "EdgeInfer.Recurrent"], DeviceLibraries.NeededBy(Model.Load(SampleGraphs.Blob(Sample))));
    }

    private static Exception Thrown(Action action) => Assert.Throws<TargetInvocationException>(action).InnerException!;

    /// <summary>A copy of the runtime beside the one of the tests, in which nothing is registered.</summary>
    private sealed class FreshRuntime() : AssemblyLoadContext("fresh runtime", isCollectible: true), IDisposable
    {
        public Type GetType(string name) =>
            DeviceLibraries.Assemblies.Select(each => LoadFromAssemblyName(each.GetName()).GetType(name)).First(type => type is not null)!;

        public void Dispose() => Unload();

        protected override Assembly? Load(AssemblyName assemblyName) =>
            DeviceLibraries.Assemblies.FirstOrDefault(each => each.GetName().Name == assemblyName.Name) is { } assembly ? LoadFromAssemblyPath(assembly.Location) : null;
    }
}
