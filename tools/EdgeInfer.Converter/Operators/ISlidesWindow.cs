namespace EdgeInfer.Converter.Operators;

/// <summary>An operator of which every output row depends on the few input rows that a window covers. Input and output NHWC.</summary>
public interface ISlidesWindow
{
    /// <summary>Rows of the window.</summary>
    int FilterHeight { get; }

    /// <summary>Columns of the window.</summary>
    int FilterWidth { get; }

    /// <summary>Strides, dilations and padding; a pass may change it together with the operator's tensors.</summary>
    Window2D Window { get; set; }
}
