namespace EdgeInfer.NativeKernels;

/// <summary>A model and what it is run on.</summary>
/// <param name="Blob">The model.</param>
/// <param name="Frames">For every inference the bytes of all inputs, in the order of the graph, little endian.</param>
public sealed record NativeCase(byte[] Blob, byte[][][] Frames);

/// <summary>What a model computed with the native kernels.</summary>
/// <param name="Outputs">For every inference the bytes of all outputs, in the order of the graph.</param>
/// <param name="Instructions">Instructions that the first inference took, for every record of the main program; empty where the machine does not count them.</param>
public sealed record NativeRun(byte[][][] Outputs, long[] Instructions);
