using System.Reflection;

namespace EdgeInfer.Converter.Boards;

/// <summary>The boards that this version of the tools knows: the files of boards/, carried in this assembly.</summary>
public static class BoardCatalog
{
    private const string Prefix = "boards/";

    private static readonly Lazy<IReadOnlyList<Board>> Boards = new(Load);

    /// <summary>All boards, the one with the least memory first.</summary>
    public static IReadOnlyList<Board> All => Boards.Value;

    private static List<Board> Load()
    {
        Assembly assembly = typeof(BoardCatalog).Assembly;
        List<Board> boards = [];
        foreach (string resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using Stream stream = assembly.GetManifestResourceStream(resource)!;
            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            boards.Add(Board.Parse(content, resource));
        }

        boards.Sort((a, b) => (a.Memory.ModelBudgetBytes.Value, a.Name).CompareTo((b.Memory.ModelBudgetBytes.Value, b.Name)));
        return boards;
    }
}
