using EdgeInfer.Converter;

namespace EdgeInfer.Fuzzing;

/// <summary>Tells refusals from findings.</summary>
internal static class Refusal
{
    /// <summary>Runs a conversion.</summary>
    /// <param name="action">The conversion.</param>
    /// <returns>False where it was refused with at least one reason.</returns>
    public static bool Of(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (ConversionException refusal) when (refusal.Problems.Count > 0)
        {
            return false;
        }
    }
}
