namespace EdgeInfer.NativeKernels;

/// <summary>Runs models with the native kernels in a program of its own; firmware/native/runner/ei_runner.c describes what goes in and out.</summary>
public static class NativeRunner
{
    /// <summary>Runs a number of models, one after the other.</summary>
    /// <param name="target">The machine.</param>
    /// <param name="cases">The models and what they are run on.</param>
    /// <returns>What each of them computed.</returns>
    /// <exception cref="NativeToolException">There is no compiler or emulator, or the program failed.</exception>
    /// <exception cref="MissingKernelException">A record has no native kernel.</exception>
    public static NativeRun[] Run(NativeTarget target, IReadOnlyList<NativeCase> cases)
    {
        string program = NativeBuild.Runner(target);
        string folder = Directory.CreateTempSubdirectory("edgeinfer-run").FullName;
        try
        {
            string input = Path.Combine(folder, "input"), output = Path.Combine(folder, "output");
            using (BinaryWriter writer = new(File.Create(input)))
            {
                foreach (NativeCase each in cases) Write(writer, each);
            }

            if (target.Emulator is null) Command.Run(program, [input, output], folder);
            else Command.Run(target.Emulator, [.. target.EmulatorArguments.Split(' '), "-semihosting-config", $"enable=on,target=native,arg=ei_runner,arg={input},arg={output}", "-kernel", program], folder);

            using BinaryReader reader = new(File.OpenRead(output));
            return [.. cases.Select(each => Read(reader, each))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static void Write(BinaryWriter writer, NativeCase one)
    {
        byte[] inputs = [.. one.Frames.SelectMany(frame => frame.SelectMany(input => input))];
        writer.Write((3 * sizeof(int)) + one.Blob.Length + Padding(one.Blob.Length) + inputs.Length + Padding(inputs.Length));
        writer.Write(one.Blob.Length);
        WritePadded(writer, one.Blob);
        writer.Write(one.Frames.Length);
        writer.Write(inputs.Length);
        WritePadded(writer, inputs);
    }

    private static void WritePadded(BinaryWriter writer, byte[] data)
    {
        writer.Write(data);
        writer.Write(new byte[Padding(data.Length)]);
    }

    internal static NativeRun Read(BinaryReader reader, NativeCase one)
    {
        int status = reader.ReadInt32();
        if (status != 0) throw new MissingKernelException((OperatorCode)(status - 1));

        byte[] outputs = reader.ReadBytes(reader.ReadInt32());
        reader.ReadBytes(Padding(outputs.Length));
        Model model = Model.Load(one.Blob);
        long[] instructions = new long[model.OperatorCount];
        for (int i = 0; i < instructions.Length; i++) instructions[i] = reader.ReadUInt32();

        Interpreter interpreter = new(model);
        byte[][][] frames = new byte[one.Frames.Length][][];
        int position = 0;
        for (int frame = 0; frame < frames.Length; frame++)
        {
            frames[frame] = new byte[interpreter.OutputCount][];
            for (int i = 0; i < interpreter.OutputCount; i++)
            {
                Tensor tensor = interpreter.Output(i);
                int bytes = tensor.Count * Arena.ElementBytes(tensor.Type);
                frames[frame][i] = outputs[position..(position + bytes)];
                position += bytes;
            }
        }

        return new NativeRun(frames, instructions);
    }

    private static int Padding(int length) => -length & 3;
}
