using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Tests.Verification;

/// <summary>A step that packs exactly the records that a test wants.</summary>
internal sealed class RecordOperator(GraphTensor?[] inputs, GraphTensor[] outputs, Action<Packer> pack) : Operator(inputs, outputs)
{
    public override void Check(ProblemList problems)
    {
        // What the test packs is its own affair; the runtime's verifier judges it.
    }

    public override void Pack(Packer packer) => pack(packer);
}
