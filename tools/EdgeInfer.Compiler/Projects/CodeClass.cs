namespace EdgeInfer.Compiler.Projects;

/// <summary>A generated class.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">Its source.</param>
/// <param name="Bytes">Bytes of its IL.</param>
internal sealed record CodeClass(string Name, string Source, int Bytes);
