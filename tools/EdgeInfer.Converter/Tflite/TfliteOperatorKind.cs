namespace EdgeInfer.Converter.Tflite;

/// <summary>An entry of a model's list of operator codes.</summary>
/// <param name="Code">The code; <see cref="BuiltinNames.Custom"/> for custom operators.</param>
/// <param name="Name">The name, with that of a custom operator.</param>
/// <param name="Version">The version that the model was made for.</param>
/// <param name="Custom">The name of a custom operator by itself; null for all others.</param>
internal sealed record TfliteOperatorKind(int Code, string Name, int Version, string? Custom = null);
