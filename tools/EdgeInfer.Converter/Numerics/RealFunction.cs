namespace EdgeInfer.Converter.Numerics;

/// <summary>How the values of a function become the integers of an int8 table.</summary>
public enum TableRounding
{
    /// <summary>
    /// As TensorFlow Lite fills its tables: everything in single precision, the value multiplied by 1 / scale and rounded half away from zero.
    /// </summary>
    Single,

    /// <summary>The quotient by the scale in single precision, cut to an integer, as TensorFlow Lite has it for SQRT alone.</summary>
    Truncated,

    /// <summary>The exact value, rounded half away from zero: what a function means of which TensorFlow Lite has no int8 kernel.</summary>
    Exact,
}

/// <summary>A function of one real number that exporters leave in int8 graphs.</summary>
/// <param name="Name">Name of the operator.</param>
/// <param name="Evaluate">The function; not a number, or an infinity, where it has no value.</param>
/// <param name="Rounding">How its values become integers.</param>
public sealed record RealFunction(string Name, Func<double, double> Evaluate, TableRounding Rounding)
{
    /// <summary>exp(x).</summary>
    public static RealFunction Exp { get; } = new("Exp", Math.Exp, TableRounding.Single);

    /// <summary>exp(x) - 1 below zero, x from zero on.</summary>
    public static RealFunction Elu { get; } = new("Elu", x => x < 0 ? (float)Math.Exp(x) - 1f : x, TableRounding.Single);

    /// <summary>The natural logarithm; at and below zero the smallest output.</summary>
    public static RealFunction Log { get; } = new("Log", x => x > 0 ? Math.Log(x) : double.NegativeInfinity, TableRounding.Single);

    /// <summary>x * Phi(x), Phi the distribution function of the normal distribution.</summary>
    public static RealFunction Gelu { get; } = new("Gelu", x => x * ErrorFunction.NormalDistribution(x), TableRounding.Single);

    /// <summary>The same, Phi by a hyperbolic tangent.</summary>
    public static RealFunction ApproximateGelu { get; } =
        new("Gelu", x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))), TableRounding.Single);

    /// <summary>The square root; of a negative number, where the reference stops with an error, zero.</summary>
    public static RealFunction Sqrt { get; } = new("Sqrt", x => x > 0 ? MathF.Sqrt((float)x) : 0, TableRounding.Truncated);

    /// <summary>x * x.</summary>
    public static RealFunction Square { get; } = new("Square", x => x * x, TableRounding.Exact);

    /// <summary>-x.</summary>
    public static RealFunction Neg { get; } = new("Neg", x => -x, TableRounding.Exact);

    /// <summary>The largest whole number that is not above x.</summary>
    public static RealFunction Floor { get; } = new("Floor", Math.Floor, TableRounding.Exact);

    /// <summary>The smallest whole number that is not below x.</summary>
    public static RealFunction Ceil { get; } = new("Ceil", Math.Ceiling, TableRounding.Exact);

    /// <summary>The nearest whole number, of two the even one.</summary>
    public static RealFunction Round { get; } = new("Round", Math.Round, TableRounding.Exact);

    /// <summary>The sine of x in radians.</summary>
    public static RealFunction Sin { get; } = new("Sin", Math.Sin, TableRounding.Exact);

    /// <summary>The cosine of x in radians.</summary>
    public static RealFunction Cos { get; } = new("Cos", Math.Cos, TableRounding.Exact);

    /// <summary>-1, 0 or 1.</summary>
    public static RealFunction Sign { get; } = new("Sign", x => Math.Sign(x), TableRounding.Exact);

    /// <summary>1 / x.</summary>
    public static RealFunction Reciprocal { get; } = new("Reciprocal", x => 1 / x, TableRounding.Exact);

    /// <summary>ln(1 + exp(x)).</summary>
    public static RealFunction Softplus { get; } = new("Softplus", x => Math.Log(1 + Math.Exp(x)), TableRounding.Exact);

    /// <summary>x / (1 + |x|).</summary>
    public static RealFunction Softsign { get; } = new("Softsign", x => x / (1 + Math.Abs(x)), TableRounding.Exact);

    /// <summary>The error function.</summary>
    public static RealFunction Erf { get; } = new("Erf", x => (2 * ErrorFunction.NormalDistribution(x * Math.Sqrt(2))) - 1, TableRounding.Exact);

    /// <summary>x * tanh(ln(1 + exp(x))).</summary>
    public static RealFunction Mish { get; } = new("Mish", x => x * Math.Tanh(Math.Log(1 + Math.Exp(x))), TableRounding.Exact);

    /// <summary>The tangent of x in radians.</summary>
    public static RealFunction Tan { get; } = new("Tan", Math.Tan, TableRounding.Exact);

    /// <summary>The angle in radians whose sine is x; 0 where there is none.</summary>
    public static RealFunction Asin { get; } = new("Asin", x => Math.Abs(x) <= 1 ? Math.Asin(x) : 0, TableRounding.Exact);

    /// <summary>The angle in radians whose cosine is x; 0 where there is none.</summary>
    public static RealFunction Acos { get; } = new("Acos", x => Math.Abs(x) <= 1 ? Math.Acos(x) : 0, TableRounding.Exact);

    /// <summary>The angle in radians whose tangent is x.</summary>
    public static RealFunction Atan { get; } = new("Atan", Math.Atan, TableRounding.Exact);

    /// <summary>The hyperbolic sine of x.</summary>
    public static RealFunction Sinh { get; } = new("Sinh", Math.Sinh, TableRounding.Exact);

    /// <summary>The hyperbolic cosine of x.</summary>
    public static RealFunction Cosh { get; } = new("Cosh", Math.Cosh, TableRounding.Exact);

    /// <summary>Parameters with which the function was made, in the order of its factory; empty for most.</summary>
    public IReadOnlyList<float> Parameters { get; private init; } = [];

    /// <summary>x limited to a range.</summary>
    /// <param name="min">Lower limit.</param>
    /// <param name="max">Upper limit.</param>
    /// <returns>The function.</returns>
    public static RealFunction Clip(float min, float max) => new("Clip", x => Math.Min(Math.Max(x, min), max), TableRounding.Exact) { Parameters = [min, max] };

    /// <summary>alpha * x + beta, limited to 0 to 1.</summary>
    /// <param name="alpha">Slope.</param>
    /// <param name="beta">Value at zero.</param>
    /// <returns>The function.</returns>
    public static RealFunction HardSigmoid(float alpha, float beta) =>
        new("HardSigmoid", x => Math.Clamp((alpha * x) + beta, 0, 1), TableRounding.Exact) { Parameters = [alpha, beta] };

    /// <summary>alpha * (exp(x) - 1) below zero, x from zero on.</summary>
    /// <param name="alpha">Factor of the negative side.</param>
    /// <returns>The function.</returns>
    public static RealFunction EluOf(float alpha) => new("Elu", x => x < 0 ? alpha * (Math.Exp(x) - 1) : x, TableRounding.Exact) { Parameters = [alpha] };

    /// <summary>alpha * (exp(x / alpha) - 1) below zero, x from zero on.</summary>
    /// <param name="alpha">What the negative side tends to, with the opposite sign.</param>
    /// <returns>The function.</returns>
    public static RealFunction CeluOf(float alpha) => new("Celu", x => x < 0 ? alpha * (Math.Exp(x / alpha) - 1) : x, TableRounding.Exact) { Parameters = [alpha] };

    /// <summary>gamma * alpha * (exp(x) - 1) below zero, gamma * x from zero on.</summary>
    /// <param name="alpha">Factor of the negative side.</param>
    /// <param name="gamma">Factor of both sides.</param>
    /// <returns>The function.</returns>
    public static RealFunction SeluOf(float alpha, float gamma) =>
        new("Selu", x => gamma * (x < 0 ? alpha * (Math.Exp(x) - 1) : x), TableRounding.Exact) { Parameters = [alpha, gamma] };

    /// <summary>x above a threshold, 0 elsewhere.</summary>
    /// <param name="alpha">The threshold.</param>
    /// <returns>The function.</returns>
    public static RealFunction ThresholdedRelu(float alpha) => new("ThresholdedRelu", x => x > alpha ? x : 0, TableRounding.Exact) { Parameters = [alpha] };

    /// <summary>A power of x; 0 where it has no real value.</summary>
    /// <param name="exponent">The exponent.</param>
    /// <returns>The function.</returns>
    public static RealFunction Power(float exponent) =>
        new("Pow", x => Math.Pow(x, exponent) is var power && !double.IsNaN(power) ? power : 0, TableRounding.Exact) { Parameters = [exponent] };

    /// <summary>1 / sqrt(x + epsilon), as normalizations have it; x below zero counts as zero.</summary>
    /// <param name="epsilon">What is added, above zero.</param>
    /// <returns>The function.</returns>
    public static RealFunction InverseRoot(float epsilon) =>
        new("InverseRoot", x => 1 / Math.Sqrt(Math.Max(x, 0) + epsilon), TableRounding.Exact) { Parameters = [epsilon] };
}
