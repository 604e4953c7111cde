using EdgeInfer.Converter.Blob;

namespace EdgeInfer.Cli.Inspection;

/// <summary>A device library that an application needs for a model.</summary>
/// <param name="Name">Name of the package and its assembly.</param>
/// <param name="Registration">What the application calls before it loads the model; null where that is nothing.</param>
internal sealed record LibraryRow(string Name, string? Registration)
{
    /// <summary>Tells what a model needs.</summary>
    /// <param name="model">The model.</param>
    public static IReadOnlyList<LibraryRow> Of(Model model)
    {
        List<LibraryRow> rows = [.. DeviceLibraries.NeededBy(model).Select(each => new LibraryRow(each, each == OperatorLibrary.Core ? null : OperatorLibrary.Registration(each)))];
        if (model.ReadMetadata(MetadataTag.FrontEnd) is not null) rows.Add(new LibraryRow(typeof(Audio.FrontEnd).Assembly.GetName().Name!, null));
        return rows;
    }
}
