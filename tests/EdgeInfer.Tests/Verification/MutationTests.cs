using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeInfer.Converter;

namespace EdgeInfer.Tests.Verification;

/// <summary>
/// Changes blobs at random, seals them again and loads them: the runtime must refuse them with its own exception or run them
/// without leaving their memory. The number of blobs comes from the environment variable EDGEINFER_MUTATIONS (default one million);
/// blob i is made from seed i, so a failure names what is needed to repeat it.
/// </summary>
public class MutationTests
{
    private const int DefaultMutations = 1_000_000;
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(30);

    private readonly (string Name, byte[] Blob)[] _samples;
    private readonly IReadOnlyDictionary<OperatorCode, int[]> _operandFields;
    private readonly ConcurrentQueue<string> _failures = [];
    private long _refused;
    private long _ran;

    public MutationTests()
    {
        ConversionResult[] results = [.. SampleGraphs.Names.Select(SampleGraphs.Convert)];
        _samples = [.. SampleGraphs.Names.Zip(results, (name, result) => (name, result.Blob))];
        _operandFields = GuardedRun.OperandFields(results);
    }

    [Fact]
    public void Every_mutated_blob_is_refused_or_runs_within_its_memory()
    {
        string? wanted = Environment.GetEnvironmentVariable("EDGEINFER_MUTATIONS");
        int mutations = wanted is null ? DefaultMutations : int.Parse(wanted, System.Globalization.CultureInfo.InvariantCulture);
        int workers = Environment.ProcessorCount;
        long[] started = new long[workers];
        int[] current = new int[workers];
        Thread[] threads = new Thread[workers];
        for (int w = 0; w < workers; w++)
        {
            int worker = w;
            threads[w] = new Thread(() =>
            {
                for (int i = worker; i < mutations && _failures.IsEmpty; i += workers)
                {
                    Volatile.Write(ref current[worker], i);
                    Volatile.Write(ref started[worker], Stopwatch.GetTimestamp());
                    Try(i);
                }

                Volatile.Write(ref started[worker], long.MaxValue);
            })
            { IsBackground = true };
            threads[w].Start();
        }

        while (threads.Any(t => !t.Join(TimeSpan.FromMilliseconds(50))))
        {
            for (int w = 0; w < workers; w++)
            {
                long start = Volatile.Read(ref started[w]);
                bool hangs = start != 0 && start != long.MaxValue && Stopwatch.GetElapsedTime(start) > LongestRun;
                Assert.False(hangs, $"mutation {current[w]} of '{NameOf(current[w])}' does not come to an end");
            }
        }

        Assert.True(_failures.IsEmpty, string.Join(Environment.NewLine, _failures));
        Assert.Equal(mutations, _refused + _ran);
        Assert.True(_ran > mutations / 20 && _refused > mutations / 20, $"{_ran} blobs ran and {_refused} were refused: the mutations are one-sided");
    }

    private string NameOf(int seed) => _samples[seed % _samples.Length].Name;

    private void Try(int seed)
    {
        byte[] blob = BlobMutator.Mutate(_samples[seed % _samples.Length].Blob, seed);
        try
        {
            Model model = Model.Load(blob);
            GuardedRun.Check(model, _operandFields);
            Labels.Read(model);
            Interlocked.Increment(ref _ran);
        }
        catch (BlobException refusal) when (refusal.Operator.Length > 0 && refusal.Field.Length > 0 && refusal.Position >= 0)
        {
            Interlocked.Increment(ref _refused);
        }
        catch (Exception failure)
        {
            _failures.Enqueue($"mutation {seed} of '{NameOf(seed)}': {failure}");
        }
    }
}
