using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;

namespace EdgeInfer.Converter.Operators;

/// <summary>A function of one real number that a model writes out as several operators. It is one table, in which nothing is rounded on the way.</summary>
public sealed class ComposedFunction : ElementFunction
{
    private ComposedFunction(GraphTensor input, GraphTensor output, GraphTensor argument, Operator[] steps)
        : base(input, output, new RealFunction("Function", x => Compute(argument, steps, x), TableRounding.Exact))
    {
        Argument = argument;
        Steps = steps;
    }

    /// <summary>What the steps read in place of the input.</summary>
    public GraphTensor Argument { get; }

    /// <summary>Operators of floats in the order in which they run; the last one gives the function's value.</summary>
    public IReadOnlyList<Operator> Steps { get; }

    /// <summary>Tells whether an operator can be a step: it computes every element of one tensor, whatever its shape, from elements in the same place and from single numbers.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>True where it can.</returns>
    public static bool CanHold(Operator op) =>
        RealArithmetic.Of(op) is not null
        && op.Output is { Type: ElementType.Float32 or ElementType.Bool }
        && op.Inputs.All(t => t is { IsConstant: true, Count: 1, Type: ElementType.Float32, Quantization: null } || (t is { IsConstant: false, IsVariable: false, Type: ElementType.Float32 or ElementType.Bool } && t.Shape.SequenceEqual(op.Output.Shape)));

    /// <summary>Makes one operator of several.</summary>
    /// <param name="input">The only tensor that is computed elsewhere.</param>
    /// <param name="steps">The operators in the order in which they run.</param>
    /// <returns>The operator.</returns>
    public static ComposedFunction Of(GraphTensor input, IReadOnlyList<Operator> steps)
    {
        GraphTensor output = steps[^1].Output;
        GraphTensor argument = new(input.Name, ElementType.Float32, input.Shape), value = new(output.Name, ElementType.Float32, output.Shape);
        Operator[] own = [.. steps.Select(op => op.With([.. op.Inputs.Select(t => t == input ? argument : t)], [op.Output == output ? value : op.Output]))];
        return new ComposedFunction(input, output, argument, own) { Label = steps[^1].Label };
    }

    private static double Compute(GraphTensor argument, Operator[] steps, double x)
    {
        Dictionary<GraphTensor, double> known = new() { [argument] = x };
        double value = x;
        foreach (Operator step in steps)
        {
            double[] operands = [.. step.Inputs.Select(t => t!.IsConstant ? MemoryMarshal.Read<float>(t.Data) : known[t])];
            known[step.Output] = value = RealArithmetic.Of(step)!(operands);
        }

        return double.IsNaN(value) ? 0 : value;
    }
}
