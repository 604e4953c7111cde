namespace EdgeInfer.Host.Kernels;

/// <summary>Carries out one record with vector instructions of 256 bits (AVX2).</summary>
internal abstract class VectorKernel
{
    /// <summary>Prepares a record of a verified model.</summary>
    /// <param name="code">Its operator.</param>
    /// <param name="model">The model; its weights stay where they are.</param>
    /// <param name="record">Position of the record in the model's words.</param>
    /// <returns>The kernel, or null where there is none for the operator or its shape.</returns>
    public static VectorKernel? Create(OperatorCode code, Model model, int record)
    {
        VectorKernel? kernel = code switch
        {
            OperatorCode.Conv2D => new Conv2D(model, record),
            OperatorCode.DepthwiseConv2D => new DepthwiseConv2D(model, record),
            OperatorCode.FullyConnected => new FullyConnected(model, record),
            OperatorCode.Add => new Add(model, record),
            OperatorCode.AveragePool2D => new AveragePool2D(model, record),
            _ => null,
        };
        return kernel is { CanRun: true } ? kernel : null;
    }

    /// <summary>False where the record's shape is beyond what the kernel has memory for.</summary>
    protected virtual bool CanRun => true;

    /// <summary>Runs all units of the record.</summary>
    /// <param name="arena">Holds the tensors.</param>
    public abstract void Run(Arena arena);

    /// <summary>Where a tensor begins in the array of its type.</summary>
    /// <param name="words">The model's words.</param>
    /// <param name="field">Position of the record's field that names the tensor.</param>
    protected static int OffsetOf(int[] words, int field) => words[words[field] + BlobFormat.TensorOffset];
}
