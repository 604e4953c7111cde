namespace EdgeInfer.Converter.Operators;

/// <summary>A convolution that takes padding at no cost: the padding holds the input's zero point.</summary>
public interface IFoldsPadding
{
    /// <summary>Strides, dilations and padding; a pass may fold a PAD into it.</summary>
    Window2D Window { get; set; }
}
