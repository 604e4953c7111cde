using System.Text;

namespace EdgeInfer.NanoFramework.Tests;

public class LimitTests
{
    [Theory]
    [InlineData(65535, false)]
    [InlineData(65536, true)]
    public void One_array_initialiser(int bytes, bool tooLarge)
    {
        var result = Snippets.Check($"class C\n{{\n    public static byte[] Small = {Bytes(8)};\n}}\nclass D\n{{\n    public static byte[] Large =\n        {Bytes(bytes - (tooLarge ? 0 : 8))};\n}}");
        if (tooLarge)
            Assert.Contains(result.Violations, each => (each.Rule, each.Line) == (NanoRules.ArrayInitializer, 7));
        else
            Assert.Empty(result.Violations);
    }

    [Fact]
    public void Initialisers_in_sum()
    {
        var source = $"class C\n{{\n    public static byte[] A = {Bytes(40000)};\n    public static short[] B = {Bytes(12769)};\n}}";
        var violation = Assert.Single(Snippets.Check(source).Violations);
        Assert.Equal((NanoRules.ArrayInitializerSum, 4), (violation.Rule, violation.Line));
        Assert.Contains("65538 bytes", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_in_sum()
    {
        // ldarg.0, ldc.i4, add is seven bytes a term.
        var terms = new StringBuilder("a");
        for (var i = 0; i < 500; i++)
            terms.Append(" + a * 1000");
        var source = new StringBuilder("class C\n{\n");
        for (var i = 0; i < 17; i++)
            source.Append(System.Globalization.CultureInfo.InvariantCulture, $"    static int M{i}(int a) => {terms};\n");
        source.Append("}\n");

        var violation = Assert.Single(Snippets.Check(source.ToString()).Violations);
        Assert.Equal((NanoRules.CodeSize, 3), (violation.Rule, violation.Line));
    }

    [Fact]
    public void Strings_in_sum()
    {
        var source = $"class C\n{{\n    const string A = \"{new string('a', 30000)}\";\n    static string M() => A;\n    static string N() => \"{new string('b', 36000)}\";\n}}";
        var violation = Assert.Single(Snippets.Check(source).Violations);
        Assert.Equal((NanoRules.Strings, 5), (violation.Rule, violation.Line));
    }

    [Theory]
    [InlineData(255, false)]
    [InlineData(256, true)]
    public void Locals_of_a_method(int count, bool refused)
    {
        var names = Enumerable.Range(0, count).Select(i => $"x{i}").ToArray();
        var loads = string.Concat(names.Select((name, i) => $"        {name} = a[{i}];\n"));
        var source = $"class C\n{{\n    static int M(int[] a)\n    {{\n        int {string.Join(", ", names)};\n{loads}        return {string.Join(" + ", names)} + {string.Join(" + ", names)};\n    }}\n}}";
        var violations = Snippets.Check(source).Violations;
        if (refused)
            Assert.Equal(NanoRules.MethodSize, Assert.Single(violations).Rule);
        else
            Assert.Empty(violations);
    }

    /// <summary>An initialiser whose data differs from that of other lengths, so that none is shared.</summary>
    private static string Bytes(int count) =>
        "{ " + string.Join(", ", Enumerable.Range(0, count).Select(i => i % 100 + 1)) + " }";
}
