namespace EdgeInfer.Converter.Graph;

/// <summary>A reason why models are refused: the number behind a message, by which docs/errors.md tells more of it.</summary>
/// <param name="Id">The number, never given to another reason.</param>
/// <param name="Message">What is wrong, in general.</param>
/// <param name="Cause">Where it comes from.</param>
/// <param name="Remedy">What to do.</param>
public sealed record ErrorCode(string Id, string Message, string Cause, string Remedy)
{
    /// <summary>The file is not a model.</summary>
    public static ErrorCode WrongFile { get; } = new(
        "EI101", "the file is not of the kind that was asked for",
        "Another file was passed: a SavedModel, a checkpoint, an archive, a web page that a download left behind.",
        "Pass a `.tflite` or `.onnx` file. TensorFlow makes the former with `tf.lite.TFLiteConverter`.");

    /// <summary>The file contradicts itself.</summary>
    public static ErrorCode DamagedFile { get; } = new(
        "EI102", "the file is damaged, at the byte that is named",
        "The file was cut off or changed on its way, or was made by a faulty program. A file that refers to the same bytes again and again counts as damaged, too.",
        "Export or download it again. If another program reads it, please report the file.");

    /// <summary>The file's format is newer or older.</summary>
    public static ErrorCode FormatVersion { get; } = new(
        "EI103", "the version of the file's format is not supported",
        "The file was written by a program older or newer than this one knows.",
        "Export the model with a current TensorFlow, or update EdgeInfer.");

    /// <summary>The model is not quantized.</summary>
    public static ErrorCode FloatModel { get; } = new(
        "EI201", "the model computes in floats",
        "It was converted without quantization, or only its weights were quantized (dynamic range, or hybrid, quantization).",
        "Quantize it with `edgeinfer quantize`, or convert with full integer quantization: `converter.optimizations = [tf.lite.Optimize.DEFAULT]`, "
        + "`converter.representative_dataset = ...`, `converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]`.");

    /// <summary>A shape is not known.</summary>
    public static ErrorCode OpenShape { get; } = new(
        "EI202", "a shape is open (dynamic)",
        "The model was exported with a dimension other than the batch left open, so that its memory cannot be planned.",
        "Export with a fixed input shape: `tf.TensorSpec([1, 49, 10, 1], tf.float32)` in the concrete function, or `model.input.set_shape(...)`.");

    /// <summary>Data of a tensor is kept in a form that is not read.</summary>
    public static ErrorCode Storage { get; } = new(
        "EI203", "a tensor's data is sparse, in another file, or a state with data of its own",
        "The exporter stored constants in a form that microcontroller runtimes do not read.",
        "Export the model as a single file without sparse tensors.");

    /// <summary>Scales or zero points are missing or impossible.</summary>
    public static ErrorCode Quantization { get; } = new(
        "EI204", "a tensor's scales or zero points are missing, impossible, or not those that the operator needs",
        "The model was quantized by another tool, or edited after it was quantized.",
        "Quantize it again with the TFLite converter, which sets what its kernels need.");

    /// <summary>An input or output of the model cannot be one.</summary>
    public static ErrorCode Port { get; } = new(
        "EI205", "an input or output of the model cannot be one",
        "It has a type that devices have no array for (64-bit integers, 4-bit integers), no elements, or is a constant.",
        "Export the model with int8, int16, int32 or float inputs and outputs.");

    /// <summary>The operators do not form a program.</summary>
    public static ErrorCode Order { get; } = new(
        "EI206", "the operators are not in an order in which they can run",
        "Something is used before it is computed, computed twice, or never: the file was edited, or is damaged.",
        "Export the model again.");

    /// <summary>An operator is not known.</summary>
    public static ErrorCode UnknownOperator { get; } = new(
        "EI301", "an operator is not supported",
        "The model uses an operator that is not in [operators.md](operators.md). The message suggests how to do without it where that is known.",
        "Build the layer of other operators, or cut the model before it and compute the rest in C#.");

    /// <summary>An operator's version is not known.</summary>
    public static ErrorCode OperatorVersion { get; } = new(
        "EI302", "the version of an operator is not supported",
        "A version stands for features that came with it; this one is newer than those that are known.",
        "Convert with an older TensorFlow, or update EdgeInfer.");

    /// <summary>An option of an operator is not supported.</summary>
    public static ErrorCode Option { get; } = new(
        "EI303", "an option or operand of an operator is not supported",
        "The operator is known, but not in this form.",
        "Do what the message says; [operators.md](operators.md) lists the forms that are supported.");

    /// <summary>An operand is computed where it must be constant.</summary>
    public static ErrorCode NotConstant { get; } = new(
        "EI304", "an operand is computed; only a constant is supported",
        "Sizes, axes and indexes must be known at conversion, so that memory can be planned; weights, so that they can be folded.",
        "Use fixed shapes and sizes in the model: a computed shape usually comes from an open batch dimension.");

    /// <summary>An element type is not supported.</summary>
    public static ErrorCode ElementType { get; } = new(
        "EI305", "the element type of a tensor is not supported by the operator",
        "Part of the model was left in floats or quantized to another width.",
        "Quantize the whole model to int8, inputs and outputs included.");

    /// <summary>A demand of an operator is not met.</summary>
    public static ErrorCode Demand { get; } = new(
        "EI306", "shapes or parameters do not satisfy what the operator demands",
        "Shapes contradict each other, or a size is beyond what kernels can do; the message has both numbers.",
        "Do what the message says; where it says that shapes do not follow from each other, export the model again.");

    /// <summary>The runtime refuses what an operator asks for.</summary>
    public static ErrorCode RuntimeLimit { get; } = new(
        "EI307", "an operator asks for more than the runtime can do",
        "A size, stride, dilation, multiplier or work of the operator is beyond the range that its kernel proves itself safe in.",
        "Choose a number within the range that the message names, or divide the layer.");

    /// <summary>A limit that the user has set cannot be kept.</summary>
    public static ErrorCode Budget { get; } = new(
        "EI401", "a limit of the conversion cannot be kept",
        "The arena or the weight buffer that was asked for is too small for the model's largest layer.",
        "Raise the limit to the number in the message, or choose a smaller model.");

    /// <summary>The model cannot be streamed as it was asked for.</summary>
    public static ErrorCode Streaming { get; } = new(
        "EI402", "the model cannot be streamed as it was asked for",
        "A layer mixes all frames, padding in time makes rows differ from those of the next window, or the hop does not fit the strides in time.",
        "Do what the message says, or convert the model without `--stream`; [streaming.md](streaming.md) tells what can be streamed.");

    /// <summary>All reasons, in the order of their numbers.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } =
    [
        WrongFile, DamagedFile, FormatVersion, FloatModel, OpenShape, Storage, Quantization, Port, Order, UnknownOperator, OperatorVersion, Option, NotConstant,
        ElementType, Demand, RuntimeLimit, Budget, Streaming,
    ];
}
