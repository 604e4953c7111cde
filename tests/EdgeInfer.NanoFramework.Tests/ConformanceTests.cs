using System.Text;

namespace EdgeInfer.NanoFramework.Tests;

public class ConformanceTests
{
    public static TheoryData<string, string> Forbidden => new()
    {
        { "missing type", "class C\n{\n    System.Decimal d; //! NF1001\n}" },
        { "missing member", "class C\n{\n    void M(int[] a)\n    {\n        System.Array.Sort(a); //! NF1001\n    }\n}" },
        { "two errors", "class C\n{\n    System.Span<int> s; //! NF1001\n    int? n; //! NF1001\n}" },
        { "missing namespace", "using System.Linq; //! NF1001\nclass C { }" },
        { "file-scoped namespace is C# 10", "namespace N; //! NF1001\nclass C { }" },
        { "tuple", "class C\n{\n    static (int, int) M() => (1, 2); //! NF1001 NF1001\n}" },
        { "async", "class C\n{\n    async void M() { } //! NF1001 NF1001 NF1001 NF1001\n}" },
        { "generic type", "public class Box<T> //! NF2001\n{\n    public T Value;\n    public T Get() => Value;\n}" },
        { "generic type with a nested one", "public class Box<T> //! NF2001\n{\n    public class Inner { public int N; }\n}" },
        { "generic method", "class C\n{\n    static T Same<T>(T x) => x; //! NF2001\n}" },
        { "generic method call", "class C\n{\n    static T Same<T>(T x) => x; //! NF2001\n    static int M() => Same(1); //! NF2001\n}" },
        { "generic delegate of the library", "class C\n{\n    static System.Action<int> action; //! NF2001\n    static void Run() => action(1); //! NF2001\n}" },
        { "pointer parameter", "unsafe class C\n{\n    static int M(int* p) => 0; //! NF2002\n}" },
        { "pointer field", "unsafe class C\n{\n    public int* P; //! NF2002\n}" },
        { "pointer local", "unsafe class C\n{\n    static int M(byte[] a)\n    {\n        fixed (byte* p = a) //! NF2002\n        {\n            return p[1] + p[2];\n        }\n    }\n}" },
        { "stackalloc", "unsafe class C\n{\n    static int M()\n    {\n        int* p = stackalloc int[4]; //! NF2003\n        p[1] = 2;\n        return p[1] + p[0];\n    }\n}" },
        { "two-dimensional array", "class C\n{\n    static object M() => new int[2, 3]; //! NF2004\n}" },
        { "two-dimensional field", "class C\n{\n    public int[,] Field; //! NF2004\n}" },
        { "jagged array of two-dimensional ones", "class C\n{\n    public int[][,] Field; //! NF2004\n}" },
        { "two-dimensional parameter and access", "class C\n{\n    static int M(int[,] a) //! NF2004\n    {\n        return a[0, 1]; //! NF2004\n    }\n}" },
        { "default interface method", "interface I\n{\n    int A();\n    int B() => 2; //! NF2005\n}" },
        { "cast", "class C\n{\n    static sbyte[] M(byte[] a) => (sbyte[])(object)a; //! NF2006\n}" },
        { "cast by way of Array", "class C\n{\n    static byte[] M(sbyte[] a)\n    {\n        return (byte[])(System.Array)a; //! NF2006\n    }\n}" },
        { "as", "class C\n{\n    static sbyte[] M(byte[] a) => (object)a as sbyte[]; //! NF2006\n}" },
        { "is", "class C\n{\n    static bool M(uint[] a) => (object)a is int[]; //! NF2006\n}" },
        { "pattern", "class C\n{\n    static int M(uint[] a) => (object)a is int[] b ? b[0] : 0; //! NF2006\n}" },
        { "copy", "class C\n{\n    static void M(byte[] a, sbyte[] b)\n    {\n        System.Array.Copy(a, 0, b, 0, 1); //! NF2006\n        System.Array.Copy(b, b, 1);\n    }\n}" },
        { "short copy", "class C\n{\n    static void M(byte[] a, int[] b) => System.Array.Copy(a, b, 1); //! NF2006\n}" },
        { "copy to", "class C\n{\n    static void M(byte[] a, sbyte[] b) => a.CopyTo(b, 0); //! NF2006\n}" },
        { "checked addition", "class C\n{\n    static int M(int a, int b) => checked(a + b); //! NF2007\n}" },
        { "checked conversion", "class C\n{\n    static sbyte M(int a)\n    {\n        checked\n        {\n            return (sbyte)a; //! NF2007\n        }\n    }\n}" },
        { "long index", "class C\n{\n    static int M(int[] a, long i) => a[i]; //! NF2007\n}" },
        { "instruction without a price", "class C\n{\n    static object M(int a) => System.Type.GetType(__reftype(__makeref(a)).FullName); //! NF2008\n}" },
        { "function pointer", "unsafe class C\n{\n    static int M(delegate*<int, int> f) => f(1); //! NF2002 NF2008\n}" },
        { "double mathematics", "class C\n{\n    static double M(double a) => System.Math.Sqrt(a); //! NF2009\n}" },
        { "enum name", "class C\n{\n    static string M(System.DayOfWeek d) => d.ToString(); //! NF2010\n}" },
    };

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void Reports_exactly_the_marked_lines(string what, string source)
    {
        var violations = Snippets.Check(source).Violations;

        Assert.NotEqual("", what);
        Assert.Equal(Snippets.Expected(source).Order(), violations.Select(each => (each.Rule, each.Line)).Order());
        Assert.All(violations, each => Assert.Equal(Snippets.File, each.File));
    }

    public static TheoryData<string, string> Allowed => new()
    {
        { "loops and jagged arrays", "class C { static int M(int[][] a) { int s = 0; foreach (int[] r in a) for (int i = 0; i < r.Length; i++) s += r[i]; return s; } }" },
        { "unchecked narrowing", "class C { static sbyte M(int a) => unchecked((sbyte)a); }" },
        { "ref parameters, locals and results", "class C { static ref int At(int[] a, int i) => ref a[i]; static void M(int[] a) { ref int x = ref At(a, 1); x += 2; } }" },
        { "exception filter and rethrow", "class C { static int M(int a) { try { return 1 / a; } catch (System.Exception e) when (e.Message != null) { throw; } finally { a++; } } }" },
        { "lambda with capture", "class C { static System.EventHandler M(int a) { return (s, e) => { a++; }; } }" },
        { "event", "class C { public event System.EventHandler Done; void M() { if (Done != null) Done(this, System.EventArgs.Empty); } }" },
        { "switch on string", "class C { static int M(string s) { switch (s) { case \"a\": return 1; case \"b\": return 2; case \"c\": return 3; case \"d\": return 4; case \"e\": return 5; case \"f\": return 6; case \"g\": return 7; default: return 0; } } }" },
        { "switch expression with patterns", "class C { static int M(object o) => o switch { int i when i > 3 => i, string s => s.Length, _ => 0 }; }" },
        { "interpolated string", "class C { static string M(int a) => $\"a is {a}\"; }" },
        { "array initialiser", "class C { public static readonly byte[] A = { 1, 2, 3, 4, 5, 6, 7, 8, 9 }; }" },
        { "copies of one element type", "class C { static void M(sbyte[] a, sbyte[] b) { System.Array.Copy(a, 0, b, 0, 1); a.CopyTo(b, 0); } }" },
        { "the right cast of an object", "class C { static byte[] M(object o) => (byte[])o; }" },
        { "struct by reference", "struct S { public int A, B; } class C { static void M(ref S s) { S t = s; t.A++; s = t; } }" },
        { "indexer, params, default and out", "class C { static bool M(System.SpanByte s, out int v) { v = System.Convert.ToInt32(\"12\") + s[0]; return string.Format(\"{0}\", v).PadLeft(9) != \"\"; } }" },
        { "integer and float Math", "class C { static float M(float a) => System.Math.Abs(a) + System.Math.Max(1, 2); }" },
        { "static interface-typed calls", "interface I { int A(); } class C : I { public int A() => 3; static int M(I i) => i.A(); }" },
        { "lock and threads", "class C { static readonly object s = new object(); static void M() { lock (s) { new System.Threading.Thread(N).Start(); } } static void N() { } }" },
        { "pins", "using System.Device.Gpio; class C { static void M() { GpioPin p = new GpioController().OpenPin(2, PinMode.Output); p.Write(PinValue.High); p.Toggle(); p.ValueChanged += On; } static void On(object s, PinValueChangedEventArgs e) { } }" },
        { "I2S", "using System; using System.Device.I2s; using nanoFramework.Hardware.Esp32; class C { static void M(byte[] b) { Configuration.SetPinFunction(4, DeviceFunction.I2S1_BCK); I2sDevice d = new I2sDevice(new I2sConnectionSettings(1) { SampleRate = 16000, Mode = I2sMode.Master | I2sMode.Rx }); d.Read(new SpanByte(b, 0, 4)); } }" },
        { "device test", "using nanoFramework.TestFramework; [TestClass] public class T { [TestMethod, DataRow(1, 2), DataRow(2, 3)] public void Adds(int a, int b) { Assert.AreEqual(b, a + 1); } }" },
        { "collections, streams and resources", "using System.Collections; using System.IO; using System.Text; class C { static int M(Stream s, byte[] b) { IDictionary d = new Hashtable(); d[\"a\"] = new ArrayList(); StringBuilder t = new StringBuilder(); t.Append(3); return s.Read(b, 0, d.Count); } }" },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void Accepts_what_runs(string what, string source)
    {
        Assert.NotEqual("", what);
        Assert.Empty(Snippets.Check(source).Violations);
    }

    [Fact]
    public void Conditional_calls_vanish_without_DEBUG()
    {
        const string Source = "class C { static void M() { System.Diagnostics.Debug.WriteLine(\"x\" + 1.ToString()); } }";
        var plain = Snippets.Check(Source).Image!;
        var debug = NanoConformance.Check(new ConformanceRequest("Snippet", [new DeviceSource(Snippets.File, Source)]) { Symbols = ["DEBUG"] }).Image!;
        Assert.False(Contains(plain, "WriteLine"));
        Assert.True(Contains(debug, "WriteLine"));
    }

    [Fact]
    public void A_library_that_is_not_allowed_is_not_there()
    {
        const string Source = "class C\n{\n    static int M() => System.Math.Max(1, 2);\n}";
        var result = NanoConformance.Check(new ConformanceRequest("Snippet", [new DeviceSource(Snippets.File, Source)]) { Libraries = [] });
        var violation = Assert.Single(result.Violations);
        Assert.Equal((NanoRules.Surface, 3), (violation.Rule, violation.Line));
        Assert.Null(result.Image);
    }

    [Fact]
    public void A_device_assembly_can_reference_another()
    {
        var library = Snippets.Check("public class Base { public virtual int A() => 1; public enum E { X } }").Image!;
        const string Source = "class C : Base\n{\n    public override int A() => 2;\n    static string M(Base.E e) => e.ToString();\n}";
        var result = NanoConformance.Check(new ConformanceRequest("Second", [new DeviceSource(Snippets.File, Source)]) { References = [library] });
        var violation = Assert.Single(result.Violations);
        Assert.Equal((NanoRules.EnumToString, 4), (violation.Rule, violation.Line));
    }

    [Fact]
    public void The_message_names_file_line_rule_and_way_out()
    {
        var text = Assert.Single(Snippets.Check("class C\n{\n    public int[,] F;\n}").Violations).ToString();
        Assert.StartsWith("Snippet.cs(3): NF2004: ", text, StringComparison.Ordinal);
        Assert.EndsWith("Use a flat array with computed offsets, or a jagged array.", text, StringComparison.Ordinal);
    }

    private static bool Contains(byte[] image, string name) => image.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name)) >= 0;
}
