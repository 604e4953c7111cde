namespace EdgeInfer.Tests;

/// <summary>Fills the memory of an interpreter, persistent tensors excepted, with pseudo-random bits.</summary>
internal static class ArenaGarbage
{
    public static void Scatter(Interpreter interpreter, ulong seed)
    {
        Model model = interpreter.Model;
        Arena arena = interpreter.Arena;
        bool[][] kept = [.. Enumerable.Range(0, (int)TensorType.Tile + 1).Select(t => new bool[model.Header[BlobFormat.ArenaWord + t]])];
        int tensors = model.Header[BlobFormat.TensorCountWord] * BlobFormat.TensorWords;
        for (int entry = 0; entry < tensors; entry += BlobFormat.TensorWords)
        {
            int kind = model.Words[entry + BlobFormat.TensorKind];
            if ((kind & BlobFormat.PersistentFlag) == 0) continue;
            int type = (int)BlobFormat.TypeOf(model.Words, entry);
            if (type == (int)TensorType.UInt8) type = (int)TensorType.Int8;
            Array.Fill(kept[type], true, model.Words[entry + BlobFormat.TensorOffset], model.Words[entry + BlobFormat.TensorCount]);
        }

        ulong x = seed;
        long Next()
        {
            x = (x * 6364136223846793005UL) + 1442695040888963407UL;
            return (long)(x ^ (x >> 29));
        }

        for (int i = 0; i < arena.Int8.Length; i++) arena.Int8[i] = kept[(int)TensorType.Int8][i] ? arena.Int8[i] : (sbyte)Next();
        for (int i = 0; i < arena.Int16.Length; i++) arena.Int16[i] = kept[(int)TensorType.Int16][i] ? arena.Int16[i] : (short)Next();
        for (int i = 0; i < arena.Int32.Length; i++) arena.Int32[i] = kept[(int)TensorType.Int32][i] ? arena.Int32[i] : (int)Next();
        for (int i = 0; i < arena.Int64.Length; i++) arena.Int64[i] = Next();
        for (int i = 0; i < arena.Float32.Length; i++) arena.Float32[i] = kept[(int)TensorType.Float32][i] ? arena.Float32[i] : (sbyte)Next();
        for (int t = 0; t < arena.Tiles.Length; t++)
        {
            long[] tile = arena.Tiles[t];
            for (int i = 0; i < tile.Length; i++) tile[i] = kept[(int)TensorType.Tile][t] ? tile[i] : Next();
        }
    }
}
