namespace EdgeInfer.Converter.Audio;

/// <summary>Whose tables a model was trained with. The same arithmetic uses both.</summary>
public enum MicroFrontEndTables
{
    /// <summary>Those of the C library (tflite-micro, experimental/microfrontend): single precision, rounded.</summary>
    Library,

    /// <summary>Those of the signal operators (tflite-micro, signal): the window in double precision, weights of the filter bank truncated.</summary>
    SignalOperators,
}
