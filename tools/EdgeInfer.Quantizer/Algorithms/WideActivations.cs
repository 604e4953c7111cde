using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Quantizing;

namespace EdgeInfer.Quantizer.Algorithms;

/// <summary>
/// Which activations have 16 bits, and the borders to those operators that have no kernel for them: there a Quantize stands, in the graph of floats
/// already, so that every reference rounds where the device does. Operators that do have one widen and narrow by themselves (<see cref="WideForm"/>).
/// </summary>
public static class WideActivations
{
    /// <summary>Finds the activations and sets the borders.</summary>
    /// <param name="graph">The graph of floats, changed in place.</param>
    /// <param name="recipe">Says which layers are to have them.</param>
    /// <returns>The activations of 16 bits, with everything that shares its scale with them.</returns>
    /// <exception cref="QuantizationException">A layer that was named cannot have them.</exception>
    public static IReadOnlySet<GraphTensor> Plan(ModelGraph graph, QuantizationRecipe recipe)
    {
        HashSet<GraphTensor> wide = [];
        if (recipe is { ActivationBits: 8, SixteenBitLayers.Count: 0, PortBits: null or 8 }) return wide;

        HashSet<GraphTensor> named = [.. graph.Operators.SelectMany(op => op.Outputs).Where(t => recipe.SixteenBitLayers.Contains(t.Name))];
        foreach (List<GraphTensor> group in QuantizationGroups.Of(graph, WideForm.Exists))
        {
            GraphTensor? asked = group.Find(named.Contains);
            bool isPort = recipe.BitsOfPorts == 16 && group.Exists(t => graph.Inputs.Contains(t) || graph.Outputs.Contains(t));
            if (asked is null && !isPort && recipe.ActivationBits == 8) continue;

            GraphTensor? given = group.Find(t => t.Quantization is { Bits: 8 });
            string? obstacle = given is null ? Obstacle(graph, recipe, group) : $"the quantization of '{given.Name}', whose scale it shares, is that of a front end, or the model's own.";
            if (obstacle is null) wide.UnionWith(group);
            else if (asked is not null) throw new QuantizationException($"Layer '{asked.Name}' cannot have 16-bit activations: {obstacle}");
        }

        SetBorders(graph, recipe, wide);
        return wide;
    }

    /// <summary>Layers that may have 16-bit activations, one of all that share a scale. Results that are outputs of 8 bits and nothing else are left out: these would be rounded to 8 bits as well.</summary>
    /// <param name="graph">The graph of floats, simplified.</param>
    /// <param name="recipe">Says how many bits inputs and outputs have.</param>
    /// <returns>Their names.</returns>
    public static string[] Layers(ModelGraph graph, QuantizationRecipe recipe)
    {
        List<string> names = [];
        foreach (List<GraphTensor> group in QuantizationGroups.Of(graph, WideForm.Exists).Where(group => Obstacle(graph, recipe, group) is null))
        {
            if (group.Exists(t => graph.Inputs.Contains(t) && t.Quantization is { Bits: 8 })) continue;
            bool isRead = recipe.BitsOfPorts == 16 || graph.Operators.Any(op => !QuantizationGroups.SharesScale(op) && op.Inputs.Any(t => t is not null && group.Contains(t)));
            GraphTensor[] results = [.. group.Where(t => graph.WriterOf(t) is not null)];
            if (isRead && results.Length > 0) names.Add(results.MinBy(t => QuantizationGroups.SharesScale(graph.WriterOf(t)!))!.Name);
        }

        return [.. names];
    }

    /// <summary>What keeps activations that share a scale from having 16 bits; null for nothing.</summary>
    private static string? Obstacle(ModelGraph graph, QuantizationRecipe recipe, List<GraphTensor> group)
    {
        if (recipe.BitsOfPorts == 8 && group.Find(graph.Inputs.Contains) is { } input) return $"it gives numbers of the input '{input.Name}', which has 8 bits. Give inputs 16 bits, too: --port-bits 16";

        Operator?[] sources = [.. group.Select(t => graph.WriterOf(t)).Where(op => op is null || !QuantizationGroups.SharesScale(op) || !WideForm.Exists(op))];
        return sources.All(op => op is not null && !WideForm.Exists(op)) ? $"{sources[0]!.Name} has no 16-bit kernel. Leave it out; the layers around it may have them." : null;
    }

    private static void SetBorders(ModelGraph graph, QuantizationRecipe recipe, HashSet<GraphTensor> wide)
    {
        Dictionary<GraphTensor, GraphTensor> narrowed = [];
        GraphTensor Narrowed(GraphTensor tensor, string label)
        {
            if (narrowed.TryGetValue(tensor, out GraphTensor? known)) return known;

            narrowed.Add(tensor, known = Narrow(tensor));
            graph.Operators.Insert(graph.Operators.FindIndex(op => op.Outputs.Contains(tensor)) + 1, new Quantize(tensor, known) { Label = label });
            return known;
        }

        foreach (Operator op in graph.Operators.Where(op => !WideForm.Exists(op)).ToArray())
        {
            for (int i = 0; i < op.Inputs.Length; i++)
            {
                if (op.Inputs[i] is { } input && wide.Contains(input)) op.Inputs[i] = Narrowed(input, op.Label);
            }

            for (int i = 0; i < op.Outputs.Length; i++)
            {
                GraphTensor output = op.Outputs[i];
                if (!wide.Contains(output)) continue;
                op.Outputs[i] = Narrow(output);
                graph.Operators.Insert(graph.Operators.IndexOf(op) + 1, new Quantize(op.Outputs[i], output) { Label = op.Label });
            }
        }

        for (int i = 0; i < graph.Outputs.Count && recipe.BitsOfPorts == 8; i++)
        {
            GraphTensor output = graph.Outputs[i];
            if (wide.Contains(output)) graph.Outputs[i] = Narrowed(output, graph.WriterOf(output)!.Label);
        }
    }

    private static GraphTensor Narrow(GraphTensor tensor) => new($"{tensor.Name} in 8 bits", ElementType.Float32, tensor.Shape);
}
