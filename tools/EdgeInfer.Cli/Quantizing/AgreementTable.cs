using System.Globalization;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Quantizer.Analysis;
using Spectre.Console;

namespace EdgeInfer.Cli.Quantizing;

/// <summary>Shows how far the device's integers and ONNX Runtime's QDQ graph are apart, and where that comes from.</summary>
internal static class AgreementTable
{
    private const int NameLength = 40;

    /// <summary>Writes the table and, below it, why layers that make a difference do.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="layers">The layers.</param>
    public static void Write(CommandConsole console, IReadOnlyList<LayerAgreement> layers)
    {
        console.Line("[bold]Agreement with ONNX Runtime[/] on the same graph in QDQ form, in steps of each layer's scale");
        FittingTable table = new();
        table.Add("layer", layers.Select(l => l.Operator), isText: true);
        table.AddOptional("result", layers.Select(l => Wording.Name(l.Tensor.Name, NameLength)), 1);
        table.Add("differ %", layers.Select(l => (100 * l.Differing).ToString("0.00", CultureInfo.InvariantCulture)));
        table.Add("own steps", layers.Select(l => Wording.Count(l.OwnSteps)));
        table.Add("in all", layers.Select(l => Wording.Count(l.AllSteps)));
        table.Add("more than a step", layers.Select(l => l.IsStart ? "starts here" : l.AllSteps > 1 ? "carried on" : string.Empty), isText: true);
        table.Write(console);
        foreach (IGrouping<string, LayerAgreement> alike in layers.Where(l => l.Reason.Length > 0).GroupBy(l => l.Reason))
        {
            console.Line($"[bold]{string.Join(", ", alike.Select(l => l.Operator).Distinct())}[/]: {Markup.Escape(alike.Key)}.");
        }
    }
}
