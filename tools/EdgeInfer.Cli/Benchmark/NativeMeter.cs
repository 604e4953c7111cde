using System.Diagnostics;
using EdgeInfer.Compiler.Metering;
using EdgeInfer.NativeKernels;

namespace EdgeInfer.Cli.Benchmark;

/// <summary>Counts what native kernels execute, in an emulated RV32IMC processor.</summary>
internal static class NativeMeter
{
    private const string Packages = "gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf qemu-system-misc";

    /// <summary>Demands compiler and emulator, and compiles the kernels.</summary>
    /// <exception cref="CommandFailure">One of them is missing, and the message says what to install; or the kernels cannot be compiled.</exception>
    public static void Prepare()
    {
        if (Rv32Emulator.Missing is { } missing)
        {
            throw new CommandFailure($"--native: {missing}. The kernels are compiled and run in an emulator; on Debian and Ubuntu 'apt-get install {Packages}' installs what that takes.");
        }

        try
        {
            NativeBuild.Runner(NativeTarget.Rv32);
        }
        catch (NativeToolException e)
        {
            throw new CommandFailure($"--native: the kernels cannot be compiled. {e.Message}");
        }
    }

    /// <summary>Names the compiler and its version, on which native figures depend.</summary>
    /// <returns>Such as <c>riscv64-unknown-elf-gcc 12.2.0 -O2</c>.</returns>
    public static string DescribeCompiler()
    {
        using Process process = Process.Start(new ProcessStartInfo(NativeTarget.Rv32.Compiler, "-dumpfullversion") { RedirectStandardOutput = true })!;
        string version = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return $"{NativeTarget.Rv32.Compiler} {version} {NativeTarget.Rv32.Optimization}";
    }

    /// <summary>Counts one inference.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="model">The same, loaded.</param>
    /// <param name="expected">What the managed kernels made of the same input.</param>
    /// <returns>RV32 instructions by operator.</returns>
    /// <exception cref="NativeToolException">An operator has no native kernel.</exception>
    /// <exception cref="CommandFailure">The native kernels do not give the same bytes.</exception>
    public static long[] Measure(byte[] blob, Model model, byte[] expected)
    {
        NativeRun run = Rv32Emulator.Measure(blob, [ProfilingInput.For(model)]);
        byte[] outputs = [.. run.Outputs[0].SelectMany(o => o)];
        if (outputs.AsSpan().SequenceEqual(expected)) return run.Instructions;

        throw new CommandFailure("the native kernels and the managed ones do not give the same outputs. One of them is wrong; the figures would mean nothing.");
    }
}
