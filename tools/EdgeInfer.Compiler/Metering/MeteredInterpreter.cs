using System.Reflection;
using EdgeInfer.NanoFramework;

namespace EdgeInfer.Compiler.Metering;

/// <summary>An interpreter in an instrumented copy of the runtime, whose types are not those of this program.</summary>
public sealed class MeteredInterpreter
{
    private readonly object _interpreter;

    private MeteredInterpreter(Assembly runtime, object model)
    {
        Type type = runtime.GetType(typeof(Interpreter).FullName!, throwOnError: true)!;
        _interpreter = Activator.CreateInstance(type, model)!;
        Step = type.GetMethod(nameof(Interpreter.Step))!.CreateDelegate<Func<int, bool>>(_interpreter);
        NextOperator = type.GetProperty(nameof(Interpreter.NextOperator))!.GetMethod!.CreateDelegate<Func<int>>(_interpreter);
    }

    /// <summary>Loads a blob and creates an interpreter for it.</summary>
    /// <param name="meter">The instrumented runtime.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="prepare">Is given the loaded model before the interpreter is created.</param>
    /// <returns>The interpreter.</returns>
    public static MeteredInterpreter Load(InstrumentedAssembly meter, byte[] blob, Action<object>? prepare = null)
    {
        Type type = meter.GetType(typeof(Model).FullName!);
        object model = type.GetMethod(nameof(Model.Load), [typeof(byte[])])!.Invoke(null, [blob])!;
        prepare?.Invoke(model);
        return new MeteredInterpreter(type.Assembly, model);
    }

    /// <summary>Loads a blob by the class that was compiled with it.</summary>
    /// <param name="meter">The instrumented runtime and code.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="className">The model's class.</param>
    /// <returns>The interpreter.</returns>
    public static MeteredInterpreter Load(InstrumentedAssembly meter, byte[] blob, string className)
    {
        MethodInfo load = meter.GetType(className).GetMethods().Single(m => m.Name == nameof(Model.Load) && m.GetParameters().Length == 1);
        Assembly runtime = load.ReturnType.Assembly;
        object source = Activator.CreateInstance(runtime.GetType(typeof(ArrayBlobSource).FullName!, throwOnError: true)!, blob)!;
        return new MeteredInterpreter(runtime, load.Invoke(null, [source])!);
    }

    /// <summary><see cref="Interpreter.Step"/>.</summary>
    public Func<int, bool> Step { get; }

    /// <summary><see cref="Interpreter.NextOperator"/>.</summary>
    public Func<int> NextOperator { get; }

    /// <summary>Fills the inputs.</summary>
    /// <param name="inputs">One array an input.</param>
    public void SetInputs(byte[][] inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            (Array elements, int offset, _) = Locate(nameof(Interpreter.Input), i);
            Buffer.BlockCopy(inputs[i], 0, elements, offset, inputs[i].Length);
        }
    }

    /// <summary>Reads all outputs, one after the other.</summary>
    /// <returns>Their bytes.</returns>
    public byte[] Outputs()
    {
        using MemoryStream bytes = new();
        int count = (int)Get(_interpreter, nameof(Interpreter.OutputCount));
        for (int i = 0; i < count; i++)
        {
            (Array elements, int offset, int length) = Locate(nameof(Interpreter.Output), i);
            byte[] output = new byte[length];
            Buffer.BlockCopy(elements, offset, output, 0, length);
            bytes.Write(output);
        }

        return bytes.ToArray();
    }

    private (Array Elements, int OffsetBytes, int LengthBytes) Locate(string port, int index)
    {
        object tensor = _interpreter.GetType().GetMethod(port)!.Invoke(_interpreter, [index])!;
        TensorType type = (TensorType)(int)Get(tensor, nameof(Tensor.Type));
        int elementBytes = Arena.ElementBytes(type);
        Array elements = (Array)Get(tensor, type switch
        {
            TensorType.Int16 => nameof(Tensor.Int16),
            TensorType.Int32 => nameof(Tensor.Int32),
            TensorType.Float32 => nameof(Tensor.Float32),
            _ => nameof(Tensor.Int8),
        });
        return (elements, (int)Get(tensor, nameof(Tensor.Offset)) * elementBytes, (int)Get(tensor, nameof(Tensor.Count)) * elementBytes);
    }

    private static object Get(object instance, string property) => instance.GetType().GetProperty(property)!.GetValue(instance)!;
}
