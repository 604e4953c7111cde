using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Converter.Quantizing;

namespace EdgeInfer.Converter.Tflite;

/// <summary>Reads a .tflite file.</summary>
public static class TfliteImporter
{
    /// <summary>Reads a .tflite file. Operators whose results are constants, or are not used, are left out.</summary>
    /// <param name="file">Content of the file.</param>
    /// <param name="name">Name for messages, and of the graph.</param>
    /// <returns>The graph: known operators in an order in which they can run, their shape and type rules not yet checked.</returns>
    /// <exception cref="ConversionException">The file is damaged, with the byte position, or asks for something that is not supported; everything that is not is listed.</exception>
    public static ModelGraph Import(byte[] file, string name) => Import(file, name, mayBeFloat: false);

    /// <summary>Reads a .tflite file that computes in floats; weights of a hybrid model are floats again.</summary>
    /// <param name="file">Content of the file.</param>
    /// <param name="name">Name for messages, and of the graph.</param>
    /// <returns>The graph, whose shapes have been checked.</returns>
    /// <exception cref="ConversionException">The file is damaged, is quantized already, or asks for something that is not supported; everything that is not is listed.</exception>
    public static ModelGraph ImportFloat(byte[] file, string name)
    {
        ModelGraph graph = Import(file, name, mayBeFloat: true);
        if (!FloatGraph.Is(graph)) throw new ConversionException(name, "the model", "it computes in integers already", "Convert it as it is: edgeinfer convert MODEL", ErrorCode.WrongFile);
        GraphQuantizer.Check(graph);
        return graph;
    }

    private static ModelGraph Import(byte[] file, string name, bool mayBeFloat)
    {
        TfliteModel model = new(new FlatFile(file, name));
        ModelGraph graph = new(name);
        TfliteSubgraph main = model.Subgraph(0)!;
        graph.Inputs.AddRange(main.ReadInputs());
        graph.Outputs.AddRange(main.ReadOutputs());

        bool isFloat = !mayBeFloat && FloatModel.Report(main, model.Problems);
        foreach (TfliteOperator op in main.Operators) Import(op, graph, onlyWhetherKnown: isFloat);
        model.Variables.ApplyInitialValues();
        DeadOperatorRemoval.Run(graph);
        if (mayBeFloat) HybridWeights.Dequantize(graph);

        bool whole = !graph.Operators.Any(op => op is UnsupportedOperator);
        if (!whole || model.Problems.Problems.Count > 0)
        {
            // The shape and type rules add what they know, so that one attempt tells all.
            foreach (Operator op in graph.Operators.Where(op => !mayBeFloat || op is UnsupportedOperator)) op.Check(model.Problems);
        }

        model.Problems.ThrowIfAny(name);
        DataFlow.Check(graph, model.Problems);
        model.Problems.ThrowIfAny(name);
        return graph;
    }

    private static void Import(TfliteOperator source, ModelGraph graph, bool onlyWhetherKnown)
    {
        if (TfliteOperatorTable.Find(source.Kind) is not { } rule)
        {
            Refuse(source, graph, source.Refuse("this operator is not supported", OperatorAdvice.For(source.Kind.Code), ErrorCode.UnknownOperator));
        }
        else if (source.Kind.Version > rule.LatestVersion)
        {
            Refuse(source, graph, source.Refuse(
                $"version {source.Kind.Version} of this operator is not supported, the newest known is {rule.LatestVersion}", "Convert with an older TensorFlow", ErrorCode.OperatorVersion));
        }
        else if (!onlyWhetherKnown)
        {
            try
            {
                Add(source, graph, rule.Import(source));
            }
            catch (TfliteRuleException refusal)
            {
                Refuse(source, graph, refusal);
            }
        }
    }

    private static void Add(TfliteOperator source, ModelGraph graph, Operator? op)
    {
        if (op is null) return;

        op.Label = source.Label;

        // At once: later rules ask for constants, such as a shape that was computed from another.
        long elements = op.Outputs.Sum(t => (long)t.Count);
        if (source.Model.ComputedElements + elements <= TfliteTensors.MaximumElements && ConstantFolding.TryFold(op)) source.Model.ComputedElements += elements;
        else graph.Operators.Add(op);
    }

    private static void Refuse(TfliteOperator source, ModelGraph graph, TfliteRuleException refusal)
    {
        UnsupportedOperator op = new(source, refusal.Problem) { Label = source.Label };
        if (source.OutputCount > 0) graph.Operators.Add(op);
        else op.Check(source.Problems);
    }
}
