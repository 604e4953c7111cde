namespace EdgeInfer.Converter.Tflite;

/// <summary>An entry of a model's list of operator codes.</summary>
/// <param name="Code">The code; <see cref="BuiltinNames.Custom"/> for custom operators.</param>
/// <param name="Name">The name, with that of a custom operator.</param>
/// <param name="Version">The version that the model was made for.</param>
internal sealed record TfliteOperatorKind(int Code, string Name, int Version);
