namespace EdgeInfer.Converter.Operators;

/// <summary>A convolution that takes padding at no cost: the padding holds the input's zero point.</summary>
public interface IFoldsPadding : ISlidesWindow;
