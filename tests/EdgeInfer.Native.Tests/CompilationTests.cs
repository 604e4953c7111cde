using EdgeInfer.NativeKernels;
using Xunit.Abstractions;

namespace EdgeInfer.Native.Tests;

/// <summary>The kernels compile without a warning for the processors of microcontrollers; how large they are is printed.</summary>
public sealed class CompilationTests(ITestOutputHelper output)
{
    [CompilerFact(CompilerFactAttribute.Rv32)]
    public void CompilesForRv32() => Compile(NativeTarget.Rv32);

    [CompilerFact(CompilerFactAttribute.Xtensa)]
    public void CompilesForXtensa() => Compile(NativeTarget.Xtensa);

    [CompilerFact(CompilerFactAttribute.Arm)]
    public void CompilesForCortexM()
    {
        Compile(NativeTarget.CortexM4);
        Compile(NativeTarget.CortexM0);
    }

    private void Compile(NativeTarget target)
    {
        foreach (string optimization in new[] { "-O2", "-Os" })
        {
            long code = 0;
            foreach (string file in NativeBuild.LibraryFiles)
            {
                long size = NativeBuild.CodeBytes(target with { Optimization = optimization }, file);
                output.WriteLine($"{target.Name} {optimization} {Path.GetFileName(file)}: {size} bytes");
                code += size;
            }

            output.WriteLine($"{target.Name} {optimization}: {code} bytes");
            Assert.InRange(code, 1, 64 * 1024);
        }
    }
}

/// <summary>A test that needs a cross compiler.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CompilerFactAttribute : Xunit.FactAttribute
{
    public const string Rv32 = "RV32";
    public const string Xtensa = "Xtensa";
    public const string Arm = "Arm";

    public CompilerFactAttribute(string processor)
    {
        NativeTarget target = processor switch { Rv32 => NativeTarget.Rv32, Xtensa => NativeTarget.Xtensa, _ => NativeTarget.CortexM4 };
        Skip = Toolchains.SkipReason(target.MissingCompiler);
    }
}
