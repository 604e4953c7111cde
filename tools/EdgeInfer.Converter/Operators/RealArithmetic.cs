using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;

namespace EdgeInfer.Converter.Operators;

/// <summary>What operators on single elements compute of real numbers; truth values are 1 and 0.</summary>
internal static class RealArithmetic
{
    /// <summary>Finds out what an operator computes.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>Its result for an element of every operand; null where it is no operator on single elements.</returns>
    public static Func<double[], double>? Of(Operator op)
    {
        Func<double[], double>? exact = op switch
        {
            ElementFunction function => x => function.Function.Evaluate(x[0]),
            Relu relu => x => Clamp(x[0], relu.Kind),
            LeakyRelu leaky => x => x[0] < 0 ? leaky.Alpha * x[0] : x[0],
            Logistic => x => 1 / (1 + Math.Exp(-x[0])),
            Tanh => x => Math.Tanh(x[0]),
            HardSwish => x => x[0] * Math.Clamp(x[0] + 3, 0, 6) / 6,
            Abs => x => Math.Abs(x[0]),
            Rsqrt => x => 1 / Math.Sqrt(x[0]),
            Add => x => x[0] + x[1],
            Sub => x => x[0] - x[1],
            Mul => x => x[0] * x[1],
            Div => x => x[0] / x[1],
            SquaredDifference => x => (x[0] - x[1]) * (x[0] - x[1]),
            Extremum { Largest: true } => x => Math.Max(x[0], x[1]),
            Extremum => x => Math.Min(x[0], x[1]),
            Comparison comparison => x => Holds(comparison.Relation, x[0], x[1]) ? 1 : 0,
            Select => x => x[2] != 0 ? x[0] : x[1],
            _ => null,
        };
        return exact is not null && op is IFusesActivation { Activation: not FusedActivation.None } fusing ? x => Clamp(exact(x), fusing.Activation) : exact;
    }

    private static double Clamp(double value, FusedActivation activation)
    {
        (float min, float max) = ActivationRange.LimitsOf(activation);
        return Math.Min(Math.Max(value, min), max);
    }

    private static bool Holds(Relation relation, double a, double b) => a < b ? relation.Below : a > b ? relation.Above : a == b && relation.Same;
}
