using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Onnx.Export;

/// <summary>Writes functions of every element.</summary>
internal static class OnnxFunctions
{
    /// <summary>Writes an operator, if it is one of these.</summary>
    /// <param name="writer">Receives nodes.</param>
    /// <param name="op">The operator.</param>
    /// <param name="input">Name of its operand.</param>
    /// <param name="result">Name of the result.</param>
    /// <returns>Whether it was written.</returns>
    public static bool TryWrite(OnnxModelWriter writer, Operator op, string input, string result)
    {
        switch (op)
        {
            case Relu relu:
                Clamp(writer, input, relu.Kind, result);
                return true;
            case LeakyRelu leaky:
                writer.Node("LeakyRelu", [input], result, Float("alpha", leaky.Alpha));
                return true;
            case ElementFunction function:
                Write(writer, function.Function, input, result);
                return true;
            case Rsqrt:
                writer.Node("Reciprocal", [writer.Node("Sqrt", [input], writer.Unique($"{result} root"))], result);
                return true;
            case Abs or HardSwish or Tanh:
                writer.Node(op.Name, [input], result);
                return true;
            case Logistic:
                writer.Node("Sigmoid", [input], result);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes a clamp.</summary>
    /// <param name="writer">Receives nodes.</param>
    /// <param name="input">Name of its operand.</param>
    /// <param name="activation">The clamp.</param>
    /// <param name="output">Name of the result.</param>
    public static void Clamp(OnnxModelWriter writer, string input, FusedActivation activation, string output)
    {
        (float min, float max) = ActivationRange.LimitsOf(activation);
        if (activation == FusedActivation.Relu) writer.Node("Relu", [input], output);
        else writer.Node("Clip", [input, writer.Floats("min", [min]), writer.Floats("max", [max])], output);
    }

    private static void Write(OnnxModelWriter writer, RealFunction function, string input, string result)
    {
        IReadOnlyList<float> parameters = function.Parameters;
        switch (function.Name)
        {
            case "Clip":
                writer.Node("Clip", [input, writer.Floats("min", [parameters[0]]), writer.Floats("max", [parameters[1]])], result);
                break;
            case "Square":
                writer.Node("Mul", [input, input], result);
                break;
            case "Pow":
                writer.Node("Pow", [input, writer.Floats("exponent", [parameters[0]])], result);
                break;
            case "InverseRoot":
                string sum = writer.Node("Add", [input, writer.Floats("epsilon", [parameters[0]])], writer.Unique($"{result} sum"));
                writer.Node("Reciprocal", [writer.Node("Sqrt", [sum], writer.Unique($"{result} root"))], result);
                break;
            case "Elu":
                writer.Node("Elu", [input], result, Float("alpha", parameters.FirstOrDefault(1)));
                break;
            case "Celu" or "ThresholdedRelu":
                writer.Node(function.Name, [input], result, Float("alpha", parameters[0]));
                break;
            case "Selu":
                writer.Node("Selu", [input], result, Float("alpha", parameters[0]), Float("gamma", parameters[1]));
                break;
            case "HardSigmoid":
                writer.Node("HardSigmoid", [input], result, Float("alpha", parameters[0]), Float("beta", parameters[1]));
                break;
            case "Gelu":
                writer.Node("Gelu", [input], result, Text("approximate", function.Evaluate == RealFunction.ApproximateGelu.Evaluate ? "tanh" : "none"));
                break;
            default:
                writer.Node(function.Name, [input], result);
                break;
        }
    }
}
