using System.Runtime.InteropServices;
using EdgeInfer.Converter;

namespace EdgeInfer.Tests.Verification;

/// <summary>
/// Runs a model under suspicion, on two arenas that agree in the operands of the operator that runs next and in no other bit.
/// Afterwards they must again agree there and nowhere else: otherwise the operator has read or written outside its operands.
/// </summary>
internal sealed class GuardedRun
{
    private readonly Model _model;
    private readonly Interpreter _first;
    private readonly Interpreter _second;
    private readonly IReadOnlyDictionary<OperatorCode, int[]> _operandFields;

    private GuardedRun(Model model, IReadOnlyDictionary<OperatorCode, int[]> operandFields)
    {
        _model = model;
        _first = new Interpreter(model);
        _second = new Interpreter(model);
        _operandFields = operandFields;
    }

    private delegate void SpanAction(Span<byte> a, Span<byte> b);

    /// <summary>For every kind of record the fields that hold operands, as conversions have shown them.</summary>
    public static IReadOnlyDictionary<OperatorCode, int[]> OperandFields(IEnumerable<ConversionResult> conversions) =>
        conversions.SelectMany(c => c.Packer.MainProgram.Concat(c.Packer.ResetProgram))
            .GroupBy(r => r.Code)
            .ToDictionary(g => g.Key, g => g.SelectMany(r => r.Operands.Keys).Distinct().ToArray());

    /// <summary>Runs two inferences, the second on what the first has left.</summary>
    public static void Check(Model model, IReadOnlyDictionary<OperatorCode, int[]> operandFields)
    {
        GuardedRun run = new(model, operandFields);
        for (int frame = 0; frame < 2; frame++) run.Frame((ulong)frame);
    }

    private void Frame(ulong frame)
    {
        ArenaGarbage.Scatter(_first, 11 + frame);
        int record = _model.MainProgram;
        for (int i = 0; i < _model.OperatorCount; i++)
        {
            OperatorCode code = (OperatorCode)_model.Words[record + Record.Code];
            bool known = _operandFields.TryGetValue(code, out int[]? fields);
            Assert.True(known, $"no sample uses {code}, so its operands cannot be told from its other fields");
            int[] operands = [.. fields!.Select(f => _model.Words[record + f]).Where(entry => entry != Record.None).Distinct()];
            VisitAll(Invert);
            foreach (int operand in operands) Visit(operand, (a, b) => a.CopyTo(b));

            bool complete = RunOperator(_first, i);
            Assert.Equal(complete, RunOperator(_second, i));
            foreach (int operand in operands)
            {
                Visit(operand, (a, b) => Assert.True(a.SequenceEqual(b), $"operator {i} ({code}) reads memory that is not its operand's"));
            }

            foreach (int operand in operands) Visit(operand, Invert);
            VisitAll((a, b) => Assert.True(IsInverted(a, b), $"operator {i} ({code}) writes memory that is not its operand's"));
            record += _model.Words[record + Record.Length];
        }
    }

    private static bool RunOperator(Interpreter interpreter, int index)
    {
        bool complete;
        do
        {
            complete = interpreter.Step(1);
        }
        while (!complete && interpreter.NextOperator == index);

        return complete;
    }

    private static void Invert(Span<byte> a, Span<byte> b)
    {
        for (int i = 0; i < a.Length; i++) b[i] = (byte)~a[i];
    }

    private static bool IsInverted(Span<byte> a, Span<byte> b)
    {
        for (int i = 0; i < a.Length; i++)
        {
            if ((a[i] ^ b[i]) != 255) return false;
        }

        return true;
    }

    private static Span<byte> Bytes<T>(T[] values, int offset, int count)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan(offset, count));

    /// <summary>Shows the bytes of a tensor in both arenas.</summary>
    private void Visit(int entry, SpanAction action) => Visit(
        BlobFormat.TypeOf(_model.Words, entry),
        _model.Words[entry + BlobFormat.TensorOffset],
        _model.Words[entry + BlobFormat.TensorCount],
        action);

    private void VisitAll(SpanAction action)
    {
        for (TensorType type = TensorType.Int8; type <= TensorType.Tile; type++)
        {
            if (type != TensorType.UInt8) Visit(type, 0, _model.Header[BlobFormat.ArenaWord + (int)type], action);
        }
    }

    private void Visit(TensorType type, int offset, int count, SpanAction action)
    {
        Arena a = _first.Arena, b = _second.Arena;
        switch (type)
        {
            case TensorType.Int8 or TensorType.UInt8: action(Bytes(a.Int8, offset, count), Bytes(b.Int8, offset, count)); break;
            case TensorType.Int16: action(Bytes(a.Int16, offset, count), Bytes(b.Int16, offset, count)); break;
            case TensorType.Int32: action(Bytes(a.Int32, offset, count), Bytes(b.Int32, offset, count)); break;
            case TensorType.Int64: action(Bytes(a.Int64, offset, count), Bytes(b.Int64, offset, count)); break;
            case TensorType.Float32: action(Bytes(a.Float32, offset, count), Bytes(b.Float32, offset, count)); break;
            default:
                for (int tile = offset; tile < offset + count; tile++) action(Bytes(a.Tiles[tile], 0, Arena.TileLength), Bytes(b.Tiles[tile], 0, Arena.TileLength));
                break;
        }
    }
}
