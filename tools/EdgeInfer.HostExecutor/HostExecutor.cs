using System.Runtime.Intrinsics.X86;
using EdgeInfer.Host.Kernels;

namespace EdgeInfer.Host;

/// <summary>
/// Runs a model on this computer with vector instructions where it has them, and the bytes are those of the device. What gains most is
/// computed by kernels of its own; all other records are carried out by the device's managed kernels, in the same arena.
/// </summary>
/// <remarks>Not for several threads: each takes an executor of its own. They may share the model unless it streams its weights.</remarks>
public sealed class HostExecutor
{
    private readonly Step[] _main;

    /// <summary>Prepares the records of a model: weights are laid out for vector instructions once.</summary>
    /// <param name="model">The model, loaded and so verified; all libraries that it needs are registered.</param>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The library of an operator is not registered.</exception>
    public HostExecutor(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Interpreter = new Interpreter(model);
        _main = new Step[model.OperatorCount];
        int record = model.MainProgram;
        for (int i = 0; i < _main.Length; i++, record += model.Words[record + Record.Length])
        {
            OperatorCode code = (OperatorCode)model.Words[record + Record.Code];
            _main[i] = new Step(record, KernelCatalog.Managed(code), CanPrepare(model) ? VectorKernel.Create(code, model, record) : null);
        }
    }

    /// <summary>True where this computer has the instructions; elsewhere the managed kernels run all.</summary>
    public static bool IsAccelerated => Avx2.IsSupported;

    /// <summary>The interpreter whose memory is used: it has the inputs and outputs, and sets states anew.</summary>
    public Interpreter Interpreter { get; }

    /// <summary>Number of records that a kernel with vector instructions carries out.</summary>
    public int AcceleratedOperators => _main.Count(step => step.Vector is not null);

    /// <summary>Runs one whole inference: what <see cref="Interpreter.Invoke"/> does, byte for byte.</summary>
    public void Invoke()
    {
        if (Interpreter.Model.StreamsWeights)
        {
            // The interpreter knows which weights are in the buffer.
            Interpreter.Invoke();
            return;
        }

        Arena arena = Interpreter.Arena;
        int[] words = Interpreter.Model.Words;
        foreach (Step step in _main)
        {
            if (step.Vector is { } vector) vector.Run(arena);
            else step.Managed.Run(Interpreter.Model, arena, step.Record, 0, words[step.Record + Record.Units]);
        }
    }

    /// <summary>Weights and tables that are read while the model runs are not there to be prepared.</summary>
    private static bool CanPrepare(Model model) => IsAccelerated && !model.StreamsWeights;

    private readonly record struct Step(int Record, Kernel Managed, VectorKernel? Vector);
}
