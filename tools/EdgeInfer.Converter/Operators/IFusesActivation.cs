using EdgeInfer.Converter.Numerics;

namespace EdgeInfer.Converter.Operators;

/// <summary>An operator that can clamp its output itself, at no cost.</summary>
public interface IFusesActivation
{
    /// <summary>Clamp of the output; a pass may fold an activation into it.</summary>
    FusedActivation Activation { get; set; }
}
