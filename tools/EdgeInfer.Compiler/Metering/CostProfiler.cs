using EdgeInfer.NanoFramework;

namespace EdgeInfer.Compiler.Metering;

/// <summary>What an inference cost on the nanoFramework interpreter.</summary>
/// <param name="Instructions">RV32 instructions by operator.</param>
/// <param name="Outputs">All outputs, one after the other.</param>
public sealed record ProfiledInference(long[] Instructions, byte[] Outputs);

/// <summary>Counts what an inference costs on the nanoFramework interpreter, on pseudo-random input; docs/cost-meter.md explains the unit.</summary>
public static class CostProfiler
{
    /// <summary>Runs one inference in an instrumented copy of the runtime.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="model">The same, loaded.</param>
    /// <param name="progress">Hears which operator runs; null for nobody.</param>
    /// <returns>RV32 instructions by operator.</returns>
    public static long[] Measure(byte[] blob, Model model, Action<string>? progress = null)
    {
        using InstrumentedAssembly meter = MeteredRuntime.Load();
        return Measure(meter, MeteredInterpreter.Load(meter, blob), model, progress).Instructions;
    }

    /// <summary>Runs one inference of a blob with its code.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="model">The same, loaded.</param>
    /// <param name="image">The code.</param>
    /// <param name="className">The model's class.</param>
    /// <returns>RV32 instructions by operator.</returns>
    public static long[] Measure(byte[] blob, Model model, byte[] image, string className)
    {
        using InstrumentedAssembly meter = MeteredRuntime.Load(image);
        return Measure(meter, MeteredInterpreter.Load(meter, blob, className), model, null).Instructions;
    }

    /// <summary>Runs one inference.</summary>
    /// <param name="meter">An instrumented copy of the runtime.</param>
    /// <param name="interpreter">Runs the model in it.</param>
    /// <param name="model">The same model, loaded here.</param>
    /// <param name="progress">Hears which operator runs; null for nobody.</param>
    /// <returns>What it cost, and what came out.</returns>
    public static ProfiledInference Measure(InstrumentedAssembly meter, MeteredInterpreter interpreter, Model model, Action<string>? progress)
    {
        interpreter.SetInputs(ProfilingInput.For(model));
        long[] costs = new long[model.OperatorCount];
        for (int i = 0, position = model.MainProgram; i < costs.Length; i++, position += model.Words[position + Record.Length])
        {
            progress?.Invoke($"Counting instructions: operator {i + 1} of {costs.Length} ({(OperatorCode)model.Words[position + Record.Code]})");
            int budget = (int)Math.Min((long)model.Words[position + Record.Units] * model.Words[position + Record.Work], int.MaxValue);
            int index = i;
            costs[i] = meter.Measure(() =>
            {
                while (!interpreter.Step(budget) && interpreter.NextOperator() == index)
                {
                }
            }).Rv32Instructions;
        }

        return new ProfiledInference(costs, interpreter.Outputs());
    }
}
