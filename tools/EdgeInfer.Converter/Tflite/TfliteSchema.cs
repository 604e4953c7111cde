namespace EdgeInfer.Converter.Tflite;

/// <summary>
/// Numbers of the fields that are read, as TensorFlow Lite's schema (schema.fbs, version 3) counts them. A union takes two
/// numbers, its type first.
/// </summary>
internal static class TfliteSchema
{
    /// <summary>What stands behind the first offset of the file.</summary>
    public const string Identifier = "TFL3";

    /// <summary>Version of the schema that all files carry.</summary>
    public const int Version = 3;

    /// <summary>The root.</summary>
    internal static class Model
    {
        public const int Version = 0;
        public const int OperatorCodes = 1;
        public const int Subgraphs = 2;
        public const int Buffers = 4;
    }

    /// <summary>Kind of an operator. The code is the larger of the two fields: the first one could not count beyond 127.</summary>
    internal static class OperatorCode
    {
        public const int DeprecatedBuiltinCode = 0;
        public const int CustomCode = 1;
        public const int Version = 2;
        public const int BuiltinCode = 3;
    }

    /// <summary>A graph.</summary>
    internal static class Subgraph
    {
        public const int Tensors = 0;
        public const int Inputs = 1;
        public const int Outputs = 2;
        public const int Operators = 3;
    }

    /// <summary>An operator; tensors are given by their index, -1 for none.</summary>
    internal static class Operator
    {
        public const int OpcodeIndex = 0;
        public const int Inputs = 1;
        public const int Outputs = 2;
        public const int BuiltinOptions = 4;
        public const int CustomOptions = 5;
        public const int Intermediates = 8;
    }

    /// <summary>A tensor.</summary>
    internal static class Tensor
    {
        public const int Shape = 0;
        public const int Type = 1;
        public const int Buffer = 2;
        public const int Name = 3;
        public const int Quantization = 4;
        public const int IsVariable = 5;
        public const int Sparsity = 6;
        public const int ShapeSignature = 7;
        public const int ExternalBuffer = 10;
    }

    /// <summary>Quantization of a tensor.</summary>
    internal static class QuantizationParameters
    {
        public const int Scale = 2;
        public const int ZeroPoint = 3;
        public const int DetailsType = 4;
        public const int QuantizedDimension = 6;
    }

    /// <summary>Constant data; offset and size are used where it lies behind the FlatBuffers part of the file.</summary>
    internal static class Buffer
    {
        public const int Data = 0;
        public const int Offset = 1;
        public const int Size = 2;
    }
}
