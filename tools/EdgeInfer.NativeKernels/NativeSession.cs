using System.Diagnostics;
using System.Text;

namespace EdgeInfer.NativeKernels;

/// <summary>A program that runs models with the native kernels, one case after the other, without being started anew for each.</summary>
public sealed class NativeSession : IDisposable
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _errors = new();
    private readonly Process _process;
    private readonly BinaryWriter _writer;
    private readonly BinaryReader _reader;

    /// <summary>Builds and starts the program.</summary>
    /// <param name="target">A machine without an emulator.</param>
    /// <exception cref="NativeToolException">There is no compiler, or it fails.</exception>
    public NativeSession(NativeTarget target)
    {
        ProcessStartInfo start = new(NativeBuild.Runner(target), ["/dev/stdin", "/dev/stdout"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, data) => _errors.AppendLine(data.Data);
        _process.BeginErrorReadLine();
        _writer = new BinaryWriter(_process.StandardInput.BaseStream);
        _reader = new BinaryReader(_process.StandardOutput.BaseStream);
    }

    /// <summary>Runs a model.</summary>
    /// <param name="one">The model and what it is run on.</param>
    /// <returns>What it computed.</returns>
    /// <exception cref="NativeToolException">The program has ended, as it does where a sanitizer finds something.</exception>
    /// <exception cref="MissingKernelException">A record has no native kernel.</exception>
    public NativeRun Run(NativeCase one)
    {
        lock (_lock)
        {
            try
            {
                NativeRunner.Write(_writer, one);
                _writer.Flush();
                return NativeRunner.Read(_reader, one);
            }
            catch (IOException)
            {
                _process.WaitForExit();
                throw new NativeToolException($"The program with the native kernels has ended:\n{_errors}");
            }
        }
    }

    /// <summary>Ends the program.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _process.WaitForExit();
        _reader.Dispose();
        _process.Dispose();
    }
}
