using System.Reflection;
using EdgeInfer.Kernels;

namespace EdgeInfer;

/// <summary>The device runtime with all its optional libraries: host tools and tests know every operator.</summary>
public static class DeviceLibraries
{
    /// <summary>The classes by which optional libraries register their operators.</summary>
    private static readonly Type[] Registrations = [typeof(AxisKernels), typeof(CompiledKernels), typeof(ElementwiseKernels), typeof(FourBitKernels), typeof(Int16Kernels), typeof(RecurrentKernels)];

    /// <summary>The core, then the optional libraries with operators.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } = [typeof(Model).Assembly, .. Registrations.Select(each => each.Assembly)];

    /// <summary>Registers all operators; doing it again changes nothing.</summary>
    public static void Register() => Register(name => Registrations.Single(each => each.FullName == name));

    /// <summary>Registers all operators of another copy of the runtime, such as one that is metered.</summary>
    /// <param name="find">Finds a type of the copy by its full name.</param>
    public static void Register(Func<string, Type> find)
    {
        foreach (Type each in Registrations) find(each.FullName!).GetMethod(nameof(RecurrentKernels.Register))!.Invoke(null, null);
    }

    /// <summary>The libraries whose operators a model uses.</summary>
    /// <param name="model">The model.</param>
    /// <returns>Names of assemblies and packages: the core first, then the optional ones in the order of their names.</returns>
    public static IReadOnlyList<string> NeededBy(Model model)
    {
        SortedSet<string> names = new(StringComparer.Ordinal) { OperatorLibrary.Core };
        int[] words = model.Words;
        for (int record = model.ResetProgram; record < model.Tables; record += words[record + Record.Length]) names.Add(OperatorLibrary.Of((OperatorCode)words[record + Record.Code]));
        return [.. names];
    }

    /// <summary>The class of an operator's kernel, whose constants are the fields of its record.</summary>
    /// <param name="code">The operator.</param>
    public static Type KernelOf(OperatorCode code)
    {
        string library = OperatorLibrary.Of(code);
        return Assemblies.Single(each => each.GetName().Name == library).GetType($"{typeof(Conv2D).Namespace}.{code}", throwOnError: true)!;
    }
}
