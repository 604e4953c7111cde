using EdgeInfer;
using EdgeInfer.Fuzzing;
using SharpFuzz;

// EdgeInfer.Fuzzing run TARGET < INPUT    one input, or as many as afl-fuzz sends
// EdgeInfer.Fuzzing seeds TARGET FOLDER   the samples of the repository, as inputs; builds what the target needs
if (args is ["run", string target])
{
    // Instrumented code runs in there only: it needs the memory for its counts.
    FuzzTarget chosen = FuzzTarget.Find(target);
    Fuzzer.OutOfProcess.Run(stream =>
    {
        using MemoryStream content = new();
        stream.CopyTo(content);
        DeviceLibraries.Register();
        chosen.Run(content.ToArray());
    });
    return 0;
}

if (args is ["seeds", string kind, string folder])
{
    Directory.CreateDirectory(folder);
    int index = 0;
    FuzzTarget seeded = FuzzTarget.Find(kind);
    seeded.Prepare();
    foreach (byte[] seed in seeded.Seeds()) File.WriteAllBytes(Path.Combine(folder, $"sample{index++}"), seed);
    return 0;
}

Console.Error.WriteLine($"usage: EdgeInfer.Fuzzing run|seeds TARGET [FOLDER], where TARGET is {string.Join(", ", FuzzTarget.All.Select(t => t.Name))}");
return 2;
