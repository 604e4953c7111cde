using EdgeInfer.NativeKernels;

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
            foreach (FuzzTarget target in FuzzTarget.All)
            {
                string folder = Path.Combine(AppContext.BaseDirectory, "Cases", target.Cases);
                if (!Directory.Exists(folder)) continue;

                foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)) cases.Add(target.Name, Path.GetFileName(path));
            }

            return cases;
        }
    }

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Found_cases_are_taken_or_refused_in_time(string target, string name)
    {
        FuzzTarget tried = FuzzTarget.Find(target);
        if (tried is NativeTarget && HostLibrary.Missing is not null) return;

        Try(tried, File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Cases", tried.Cases, name)));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Seeds_are_taken_or_refused_and_blobs_are_taken(string target)
    {
        FuzzTarget tried = FuzzTarget.Find(target);
        if (tried is NativeTarget && HostLibrary.Missing is not null) return;

        int taken = tried.Seeds().Count(seed => Try(tried, seed));
        if (tried is BlobTarget) Assert.Equal(tried.Seeds().Count(), taken);
        if (tried is NativeTarget) Assert.InRange(taken, tried.Seeds().Count() * 3 / 4, int.MaxValue);
        Assert.True(taken > 0, "no seed is taken: fuzzing would not come beyond the first check");
    }

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
