namespace EdgeInfer.Cli.Inputs;

/// <summary>How the numbers of input files are to be understood.</summary>
/// <param name="AreQuantized">Numbers of .csv and .npy files are the tensor's own integers rather than real values.</param>
/// <param name="Pixels">Real values that black and white stand for; null where a pixel covers the whole range of the tensor.</param>
/// <param name="Sound">What makes features of recordings; null where the model takes sound itself.</param>
/// <param name="AreSequences">The model remembers: what a file holds belongs together and is one sample.</param>
internal sealed record InputOptions(bool AreQuantized = false, PixelRange? Pixels = null, SoundFeatures? Sound = null, bool AreSequences = false);

/// <summary>Real values of black and white.</summary>
/// <param name="Black">Value of a pixel of 0.</param>
/// <param name="White">Value of a pixel of 255.</param>
internal sealed record PixelRange(float Black, float White);
