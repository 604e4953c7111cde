using System.Text;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Tests.Docs;

/// <summary>The page docs/errors.md, made from the table of error codes.</summary>
internal static class ErrorsPage
{
    public static string Build()
    {
        StringBuilder page = new();
        page.Append("# Errors\n\n")
            .Append("A model that cannot be converted is refused with every reason at once, before anything is written. Each names the operator or tensor,\n")
            .Append("what is wrong, what to do, and ends with a code:\n\n")
            .Append("```\nmodel.tflite cannot be converted:\n")
            .Append("  POW (operator 3) 'scaled': this operator is not supported. Write small powers as products, x * x, and roots as sqrt. [EI301]\n```\n\n")
            .Append("This page is made from `ErrorCode` in `tools/EdgeInfer.Converter/Graph` by a test, which also raises every code.\n\n")
            .Append("| code | what is wrong | cause | remedy |\n|---|---|---|---|\n");
        foreach (ErrorCode code in ErrorCode.All) page.Append($"| {code.Id} | {code.Message} | {code.Cause} | {code.Remedy} |\n");
        page.Append("\nA blob that a device refuses names the operator, the field and the byte position instead; [blob-format.md](blob-format.md) lists what a reader\n")
            .Append("must refuse. It was changed after it was made, was made by another version, or needs a library that the application has not registered.\n");
        return page.ToString();
    }
}
