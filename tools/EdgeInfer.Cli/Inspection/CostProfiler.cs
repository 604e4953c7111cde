using EdgeInfer.Compiler;
using EdgeInfer.NanoFramework;

namespace EdgeInfer.Cli.Inspection;

/// <summary>What an inference cost on the nanoFramework interpreter.</summary>
/// <param name="Instructions">RV32 instructions by operator.</param>
/// <param name="Outputs">All outputs, one after the other.</param>
internal sealed record ProfiledInference(long[] Instructions, byte[] Outputs);

/// <summary>Counts what an inference costs on the nanoFramework interpreter; docs/cost-meter.md explains the unit.</summary>
internal static class CostProfiler
{
    /// <summary>Runs one inference on pseudo-random input in an instrumented copy of the runtime.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="program">Its program.</param>
    /// <param name="progress">Hears which operator runs.</param>
    /// <returns>RV32 instructions by operator.</returns>
    public static long[] Measure(byte[] blob, ModelProgram program, Action<string> progress)
    {
        using InstrumentedAssembly meter = MeteredRuntime.Load();
        return Measure(meter, new MeteredInterpreter(meter, blob), program, progress).Instructions;
    }

    /// <summary>Runs one inference on pseudo-random input.</summary>
    /// <param name="meter">An instrumented copy of the runtime.</param>
    /// <param name="interpreter">Runs the model in it.</param>
    /// <param name="program">The model's program.</param>
    /// <param name="progress">Hears which operator runs.</param>
    /// <returns>What it cost, and what came out.</returns>
    public static ProfiledInference Measure(InstrumentedAssembly meter, MeteredInterpreter interpreter, ModelProgram program, Action<string> progress)
    {
        interpreter.SetInputs(ProfilingInput.For(program.Model));
        long[] costs = new long[program.Records.Count];
        foreach (ProgramRecord record in program.Records)
        {
            progress($"Counting instructions: operator {record.Index + 1} of {costs.Length} ({record.Code})");
            int budget = (int)Math.Min((long)record.Units * record.Work, int.MaxValue);
            costs[record.Index] = meter.Measure(() =>
            {
                while (!interpreter.Step(budget) && interpreter.NextOperator() == record.Index)
                {
                }
            }).Rv32Instructions;
        }

        return new ProfiledInference(costs, interpreter.Outputs());
    }
}
