using System.Reflection;
using EdgeInfer.NanoFramework;

namespace EdgeInfer.Compiler;

/// <summary>Counts what each operator of a model costs on the nanoFramework interpreter, on pseudo-random input.</summary>
internal static class OperatorCosts
{
    private const ulong Seed = 1;

    /// <summary>Measures a blob without code.</summary>
    /// <param name="model">The model.</param>
    /// <param name="blob">Its blob.</param>
    /// <returns>RV32 instructions by operator.</returns>
    public static long[] Measure(Model model, byte[] blob)
    {
        using InstrumentedAssembly meter = MeteredRuntime.Load();
        object loaded = meter.GetType(typeof(Model).FullName!).GetMethod(nameof(Model.Load), [typeof(byte[])])!.Invoke(null, [blob])!;
        return Measure(meter, meter.GetType(typeof(Interpreter).FullName!), loaded, model);
    }

    /// <summary>Measures a blob with its code.</summary>
    /// <param name="model">The model.</param>
    /// <param name="blob">Its blob.</param>
    /// <param name="image">The code.</param>
    /// <param name="className">The model's class.</param>
    /// <returns>RV32 instructions by operator.</returns>
    public static long[] Measure(Model model, byte[] blob, byte[] image, string className)
    {
        using InstrumentedAssembly meter = MeteredRuntime.Load(image);
        Type loader = meter.GetType(className);
        MethodInfo load = loader.GetMethods().Single(m => m.Name == nameof(Model.Load) && m.GetParameters().Length == 1);
        Assembly runtime = load.ReturnType.Assembly;
        object source = Activator.CreateInstance(runtime.GetType(typeof(ArrayBlobSource).FullName!, throwOnError: true)!, blob)!;
        return Measure(meter, runtime.GetType(typeof(Interpreter).FullName!, throwOnError: true)!, load.Invoke(null, [source])!, model);
    }

    private static long[] Measure(InstrumentedAssembly meter, Type interpreterType, object loaded, Model model)
    {
        object interpreter = Activator.CreateInstance(interpreterType, loaded)!;
        Randomize(interpreter);
        Func<int, bool> step = interpreterType.GetMethod(nameof(Interpreter.Step))!.CreateDelegate<Func<int, bool>>(interpreter);
        Func<int> next = interpreterType.GetProperty(nameof(Interpreter.NextOperator))!.GetMethod!.CreateDelegate<Func<int>>(interpreter);
        long[] costs = new long[model.OperatorCount];
        for (int i = 0, position = model.MainProgram; i < costs.Length; i++, position += model.Words[position + Record.Length])
        {
            int budget = (int)Math.Min((long)model.Words[position + Record.Units] * model.Words[position + Record.Work], int.MaxValue);
            int index = i;
            costs[i] = meter.Measure(() =>
            {
                while (!step(budget) && next() == index)
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
            Array elements = (Array)Get(tensor, type is TensorType.Int8 or TensorType.UInt8 ? nameof(Tensor.Int8) : type.ToString());
            int offset = (int)Get(tensor, nameof(Tensor.Offset));
            for (int end = offset + (int)Get(tensor, nameof(Tensor.Count)); offset < end; offset++)
            {
                random = (random * 6364136223846793005UL) + 1442695040888963407UL;
                elements.SetValue(Convert.ChangeType((sbyte)(random >> 33), elements.GetType().GetElementType()!, null), offset);
            }
        }
    }

    private static object Get(object instance, string property) => instance.GetType().GetProperty(property)!.GetValue(instance)!;
}
