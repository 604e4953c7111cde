namespace EdgeInfer.NativeKernels;

/// <summary>Runs models with the native kernels on an emulated RV32IMC, the instruction set of the ESP32-C3, and counts what is executed.</summary>
public static class Rv32Emulator
{
    /// <summary>Why nothing can be run here, or null where a compiler and an emulator were found.</summary>
    public static string? Missing => NativeTarget.Rv32.Missing;

    /// <summary>Runs one inference a set of inputs, on one interpreter, so that states go on from one to the next.</summary>
    /// <param name="blob">The model; every operator but the conversions from and to float must have a native kernel.</param>
    /// <param name="frames">For every inference the bytes of all inputs, in the order of the graph, little endian.</param>
    /// <param name="optimization">Switch of the compiler: -O2, or -Os with which nanoFramework's images are built.</param>
    /// <returns>What was computed, and what the first inference took.</returns>
    /// <exception cref="NativeToolException">There is no compiler or emulator, or a record has no native kernel.</exception>
    public static NativeRun Measure(byte[] blob, byte[][][] frames, string optimization = "-O2")
    {
        return NativeRunner.Run(NativeTarget.Rv32 with { Optimization = optimization }, [new NativeCase(blob, frames)])[0];
    }
}
