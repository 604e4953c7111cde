namespace EdgeInfer.Compiler.Projects;

/// <summary>A generated file.</summary>
/// <param name="Path">Its path in the output folder.</param>
/// <param name="Content">Its content.</param>
public sealed record GeneratedFile(string Path, byte[] Content);
