using BenchmarkDotNet.Running;
using EdgeInfer.Benchmarks;

// In this process: what BenchmarkDotNet would otherwise generate and build below the repository would be subject to its rules.
BenchmarkSwitcher.FromAssembly(typeof(KernelBenchmarks).Assembly).Run([.. args, "--inProcess"]);
