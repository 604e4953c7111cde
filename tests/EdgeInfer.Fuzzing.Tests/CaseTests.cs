using EdgeInfer.Native.Tests;

namespace EdgeInfer.Fuzzing.Tests;

/// <summary>
/// What fuzzing has found, and what it begins with: every input is taken or refused as documented, within the time and the memory that
/// fuzzing allows. The targets themselves tell refusals from findings.
/// </summary>
public sealed class CaseTests
{
    private const long MostBytes = 256 << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (FuzzTarget target in Managed)
            {
                foreach (string path in PathsOf(target)) cases.Add(target.Name, Path.GetFileName(path));
            }

            return cases;
        }
    }

    public static TheoryData<string> Targets => [.. Managed.Select(target => target.Name)];

    private static IEnumerable<FuzzTarget> Managed => FuzzTarget.All.Where(target => target is not NativeTarget);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Found_cases_are_taken_or_refused_in_time(string target, string name)
    {
        FuzzTarget tried = FuzzTarget.Find(target);
        Try(tried, File.ReadAllBytes(PathsOf(tried).Single(path => Path.GetFileName(path) == name)));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Seeds_are_taken_or_refused_and_blobs_are_taken(string target)
    {
        FuzzTarget tried = FuzzTarget.Find(target);
        int taken = Taken(tried);
        if (tried is BlobTarget) Assert.Equal(tried.Seeds().Count(), taken);
        Assert.True(taken > 0, "no seed is taken: fuzzing would not come beyond the first check");
    }

    [SanitizedFact]
    public void Found_blobs_and_seeds_are_run_or_refused_in_time_by_native_kernels()
    {
        NativeTarget tried = FuzzTarget.All.OfType<NativeTarget>().Single();
        foreach (string path in PathsOf(tried)) Try(tried, File.ReadAllBytes(path));
        Assert.InRange(Taken(tried), tried.Seeds().Count() * 3 / 4, int.MaxValue);
    }

    private static IEnumerable<string> PathsOf(FuzzTarget target)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Cases", target.Cases);
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal) : [];
    }

    private static int Taken(FuzzTarget target) => target.Seeds().Count(seed => Try(target, seed));

    private static bool Try(FuzzTarget target, byte[] input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        // Of the processor: how busy the machine is does not matter.
        TimeSpan start = Environment.CpuUsage.TotalTime;
        bool isTaken = target.Run(input);
        TimeSpan taken = Environment.CpuUsage.TotalTime - start;
        Assert.True(taken < Longest, $"it takes {taken}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        return isTaken;
    }
}
