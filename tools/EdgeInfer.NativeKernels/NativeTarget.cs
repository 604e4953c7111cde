namespace EdgeInfer.NativeKernels;

/// <summary>A machine for which the native kernels are compiled.</summary>
/// <param name="Name">Its name for messages.</param>
/// <param name="Compiler">The compiler's command.</param>
/// <param name="Machine">The compiler's switches for this machine.</param>
public sealed record NativeTarget(string Name, string Compiler, string Machine)
{
    /// <summary>Warnings under which the kernels compile, all of them errors.</summary>
    public const string Warnings = "-std=c99 -pedantic -Wall -Wextra -Wconversion -Wshadow -Werror";

    /// <summary>The machine this runs on, with the sanitizers for addresses and undefined behaviour.</summary>
    public static NativeTarget Sanitized { get; } = new("host with sanitizers", "gcc", "-g -fsanitize=address,undefined -fno-sanitize-recover=all");

    /// <summary>As <see cref="Sanitized"/>, its blocks counted for afl-fuzz, as firmware/native/runner/ei_trace.c describes.</summary>
    public static NativeTarget Traced { get; } = Sanitized with { Name = "host with sanitizers and coverage", Machine = Sanitized.Machine + " -std=gnu99 -fsanitize-coverage=trace-pc -DEI_TRACE" };

    /// <summary>The machine this runs on.</summary>
    public static NativeTarget Host { get; } = new("host", "gcc", "-fPIC");

    /// <summary>RV32IMC, the instruction set of the ESP32-C3, on an emulator that counts instructions.</summary>
    public static NativeTarget Rv32 { get; } = new("RV32IMC", "riscv64-unknown-elf-gcc", "--specs=picolibc.specs -march=rv32imc -mabi=ilp32")
    {
        // The memory of the emulated machine: code, then everything else.
        Link = "--oslib=semihost --crt0=semihost -Wl,--defsym=__flash=0x80000000 -Wl,--defsym=__flash_size=0x400000"
            + " -Wl,--defsym=__ram=0x80400000 -Wl,--defsym=__ram_size=0xfc00000 -Wl,--defsym=__stack_size=0x10000",
        Emulator = "qemu-system-riscv32",
        EmulatorArguments = "-M virt -m 256M -icount shift=0 -bios none -display none -monitor none -serial none",
    };

    /// <summary>Xtensa, by the packaged compiler that is nearest to that of the ESP32.</summary>
    public static NativeTarget Xtensa { get; } = new("Xtensa LX106", "xtensa-lx106-elf-gcc", "-ffreestanding");

    /// <summary>Cortex-M4.</summary>
    public static NativeTarget CortexM4 { get; } = new("Cortex-M4", "arm-none-eabi-gcc", "-mcpu=cortex-m4 -mthumb");

    /// <summary>Cortex-M0+.</summary>
    public static NativeTarget CortexM0 { get; } = new("Cortex-M0+", "arm-none-eabi-gcc", "-mcpu=cortex-m0plus -mthumb");

    /// <summary>Switches of the linker; none for targets that are only compiled.</summary>
    public string Link { get; init; } = string.Empty;

    /// <summary>The emulator's command, or null where programs run as they are.</summary>
    public string? Emulator { get; init; }

    /// <summary>The emulator's switches.</summary>
    public string EmulatorArguments { get; init; } = string.Empty;

    /// <summary>How far the compiler optimises.</summary>
    public string Optimization { get; init; } = "-O2";

    /// <summary>What has to be installed before this target can be used, or null where everything is there.</summary>
    public string? Missing => MissingCompiler ?? (Emulator is not null && !Command.Exists(Emulator) ? $"{Emulator} is not installed" : null);

    /// <summary>The compiler where it has to be installed, or null where it is there.</summary>
    public string? MissingCompiler => Command.Exists(Compiler) ? null : $"{Compiler} is not installed";
}
