using System.Reflection;
using EdgeInfer.NanoFramework;

namespace EdgeInfer.Cli.Inspection;

/// <summary>Counts what an inference costs on the nanoFramework interpreter; docs/cost-meter.md explains the unit.</summary>
internal static class CostProfiler
{
    private const ulong Seed = 1;

    /// <summary>Runs one inference on pseudo-random input in an instrumented copy of the runtime.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="program">Its program.</param>
    /// <param name="progress">Hears which operator runs.</param>
    /// <returns>RV32 instructions by operator.</returns>
    public static long[] Measure(byte[] blob, ModelProgram program, Action<string> progress)
    {
        using InstrumentedAssembly meter = InstrumentedAssembly.LoadFile(typeof(Model).Assembly.Location);
        object model = meter.GetType(typeof(Model).FullName!).GetMethod(nameof(Model.Load), [typeof(byte[])])!.Invoke(null, [blob])!;
        object interpreter = Activator.CreateInstance(meter.GetType(typeof(Interpreter).FullName!), model)!;
        Randomize(interpreter);

        Type type = interpreter.GetType();
        Func<int, bool> step = type.GetMethod(nameof(Interpreter.Step))!.CreateDelegate<Func<int, bool>>(interpreter);
        Func<int> next = type.GetProperty(nameof(Interpreter.NextOperator))!.GetMethod!.CreateDelegate<Func<int>>(interpreter);
        long[] costs = new long[program.Records.Count];
        foreach (ProgramRecord record in program.Records)
        {
            progress($"Counting instructions: operator {record.Index + 1} of {costs.Length} ({record.Code})");
            int budget = (int)Math.Min((long)record.Units * record.Work, int.MaxValue);
            costs[record.Index] = meter.Measure(() =>
            {
                while (!step(budget) && next() == record.Index)
                {
                }
            }).Rv32Instructions;
        }

        return costs;
    }

    private static void Randomize(object interpreter)
    {
        int inputs = (int)Get(interpreter, nameof(Interpreter.InputCount));
        MethodInfo input = interpreter.GetType().GetMethod(nameof(Interpreter.Input))!;
        ulong random = Seed;
        for (int i = 0; i < inputs; i++)
        {
            object tensor = input.Invoke(interpreter, [i])!;
            TensorType type = (TensorType)(int)Get(tensor, nameof(Tensor.Type));
            int offset = (int)Get(tensor, nameof(Tensor.Offset));
            Array elements = (Array)Get(tensor, type switch
            {
                TensorType.Int16 => nameof(Tensor.Int16),
                TensorType.Int32 => nameof(Tensor.Int32),
                TensorType.Float32 => nameof(Tensor.Float32),
                _ => nameof(Tensor.Int8),
            });
            for (int end = offset + (int)Get(tensor, nameof(Tensor.Count)); offset < end; offset++)
            {
                random = (random * 6364136223846793005UL) + 1442695040888963407UL;
                sbyte value = (sbyte)(random >> 33);
                elements.SetValue(Convert.ChangeType(value, elements.GetType().GetElementType()!, null), offset);
            }
        }
    }

    private static object Get(object instance, string property) => instance.GetType().GetProperty(property)!.GetValue(instance)!;
}
