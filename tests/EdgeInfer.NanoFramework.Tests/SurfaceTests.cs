namespace EdgeInfer.NanoFramework.Tests;

public class SurfaceTests
{
    [Fact]
    public void Every_listed_library_becomes_a_reference_assembly()
    {
        Assert.Equal(13, NanoSurface.Libraries.Count);
        Assert.All(NanoSurface.Libraries, library => Assert.NotEmpty(NanoSurface.GetReferenceImage(library)));
    }

    [Fact]
    public void Parses_each_kind_of_line()
    {
        var listing = SurfaceParser.Parse("lib", """
            T sealed class A.B`1 <T> : A.Base, A.IFace
            F public const System.Int32 Max = 3
            P System.Byte Item[System.Int32 index] { get; set; }
            E A.Handler Fired
            M public static native System.Void Go(ref System.Int32 x, out A.B[] y, params System.Object[] z)
            M protected virtual T Get(System.String s = "")
            T enum A.B/Kind : System.Byte
            """.ReplaceLineEndings("\n"));

        var type = listing.Types[0];
        Assert.Equal(("A.B`1", "A", "B`1"), (type.FullName, type.Namespace, type.Name));
        Assert.Equal(["T"], type.GenericParameters);
        Assert.Equal(["A.Base", "A.IFace"], type.Bases);
        Assert.Equal(("Max", "System.Int32", "3"), (type.Fields[0].Name, type.Fields[0].Type, type.Fields[0].Constant));
        Assert.Equal(("Item", "index"), (type.Properties[0].Name, type.Properties[0].Indices[0].Name));
        Assert.Equal(new SurfaceEvent("Fired", "A.Handler"), type.Events[0]);
        Assert.Equal(["ref", "out", "params"], type.Methods[0].Parameters.Select(parameter => parameter.Modifier));
        Assert.True(type.Methods[0].IsNative && type.Methods[0].IsStatic);
        Assert.Equal("\"\"", type.Methods[1].Parameters[0].Default);
        Assert.Equal(("A.B", "Kind", ""), (listing.Types[1].DeclaringType, listing.Types[1].Name, listing.Types[1].Namespace));
    }

    [Theory]
    [InlineData("T class A\nX nonsense", "lib.txt(2): Unknown kind of line 'X'.")]
    [InlineData("M public System.Void Go()", "lib.txt(1): A member must follow its type.")]
    [InlineData("T class A\nM public System.Void Go", "lib.txt(2): A method needs a parameter list.")]
    public void Names_the_line_it_cannot_read(string text, string message)
    {
        var error = Assert.Throws<FormatException>(() => SurfaceParser.Parse("lib", text));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }
}
