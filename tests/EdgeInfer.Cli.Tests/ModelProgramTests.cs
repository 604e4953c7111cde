using EdgeInfer.Cli.Inspection;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Packing;
using EdgeInfer.Tests;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Cli.Tests;

/// <summary>What is read from a blob's tables, held against what the converter put there.</summary>
public sealed class ModelProgramTests
{
    public static TheoryData<string> Samples => SampleGraphs.All;

    public static TheoryData<string> PublicModels => [.. SharedModels.Int8];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Samples_are_read_as_they_were_written(string name) => Check(SampleGraphs.Convert(name));

    [SharedTheory]
    [MemberData(nameof(PublicModels))]
    public void Public_models_are_read_as_they_were_written(string name) =>
        Check(ModelConverter.ConvertFile(SharedModels.PathOf(name, "model.tflite")));

    [Fact]
    public void The_samples_use_every_operator()
    {
        HashSet<OperatorCode> used = [];
        foreach (string name in SampleGraphs.Names)
        {
            Model model = SampleGraphs.Convert(name).Model;
            for (int record = model.ResetProgram; record < model.Tables; record += model.Words[record + Record.Length]) used.Add((OperatorCode)model.Words[record + Record.Code]);
        }

        // Compiled records belong to generated code, which has tests of its own.
        Assert.Equal([OperatorCode.Compiled], Enum.GetValues<OperatorCode>().Except(used));
    }

    private static void Check(ConversionResult result)
    {
        ModelProgram program = ModelProgram.Read(result.Model);
        Assert.Equal(result.Packer.MainProgram.Count, program.Records.Count);
        foreach ((PackedRecord packed, ProgramRecord record) in result.Packer.MainProgram.Zip(program.Records))
        {
            Assert.Equal(packed.Code, record.Code);
            Assert.Equal(packed.HasOutput ? packed.Output.Index : Record.None, record.Output);
            Assert.Equal(packed.Operands.Values.Select(t => t.Index).Where(index => index != record.Output).Distinct().Order(), record.Operands.Order());
        }

        foreach (PackedTensor tensor in result.Packer.Tensors.Where(t => t.LastUse >= 0))
        {
            ArenaTensor read = program.Tensors[tensor.Index];
            Assert.Equal((tensor.FirstUse, tensor.LastUse, tensor.Offset, tensor.Count, tensor.IsPersistent), (read.FirstUse, read.LastUse, read.Offset, read.Count, read.IsPersistent));
        }

        Assert.Equal(result.Plan.LowerBoundBytes, program.LowerBoundBytes);
        CheckSizes(result, program);
    }

    /// <summary>Records with their constants make up the blob, but for what belongs to no operator.</summary>
    private static void CheckSizes(ConversionResult result, ModelProgram program)
    {
        IReadOnlyList<BlobPart> parts = BlobParts.Of(result.Blob, result.Model);
        Assert.Equal(result.Blob.Length, parts.Sum(p => p.Bytes));
        int operators = program.Records.Sum(r => r.Bytes);
        int constants = parts.Where(p => p.Name is "operators" or "biases, scales and tables" or "16-bit constants" or "weights and 8-bit tables").Sum(p => p.Bytes);
        int reset = result.Model.Header[BlobFormat.ResetCountWord];
        const int Alignment = 3;
        if (reset == 0) Assert.InRange(operators, constants - BlobFormat.BytesTail - Alignment, constants - BlobFormat.BytesTail);
        else Assert.InRange(operators, 1, constants);
    }
}
