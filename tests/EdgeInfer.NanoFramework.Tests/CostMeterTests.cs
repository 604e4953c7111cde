namespace EdgeInfer.NanoFramework.Tests;

public class CostMeterTests
{
    private const string Sum = """
        public static class C
        {
            public static int Sum(int[] a)
            {
                int s = 0;
                for (int i = 0; i < a.Length; i++)
                    s += a[i];
                return s;
            }
        }
        """;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(1000)]
    public void Counts_a_loop_exactly(int n)
    {
        var counts = Measure(Sum, "Sum", new object[] { Enumerable.Range(1, n).ToArray() }, expected: n * (n + 1) / 2);

        // Entry: ldc.i4.0 stloc.0 ldc.i4.0 stloc.1 br.s
        const int Entry = 28 + 59 + 28 + 59 + 39;
        // Body: ldloc.0 ldarg.0 ldloc.1 ldelem.i4 add stloc.0, then ldloc.1 ldc.i4.1 add stloc.1
        const int Body = 80 + 94 + 81 + 107 + 64 + 59 + 81 + 28 + 64 + 59;
        // Test: ldloc.1 ldarg.0 ldlen conv.i4 blt.s
        const int Test = 81 + 94 + 42 + 67 + 104;
        // Exit: ldloc.0 ret
        const int Exit = 80 + 256;
        Assert.Equal(5 + 10 * n + 5 * (n + 1) + 2, counts.IlInstructions);
        Assert.Equal(Entry + Body * n + Test * (n + 1) + Exit, counts.Rv32Instructions);

        var opcodes = counts.Opcodes().ToDictionary(each => each.Il, each => each.Count);
        Assert.Equal(n, opcodes.GetValueOrDefault("ldelem.i4"));
        Assert.Equal(2 * n, opcodes.GetValueOrDefault("add"));
        Assert.Equal(n + 1, opcodes["blt.s"]);
        Assert.Equal(n + 1, opcodes["ldlen"]);
        Assert.Equal(1, opcodes["ret"]);
        Assert.Equal(1, opcodes["br.s"]);
        Assert.Equal(counts.IlInstructions, opcodes.Values.Sum());
    }

    [Theory]
    [InlineData(2, 3, "bge.s ldarg.0 ldarg.0 ldarg.1 ret")]
    [InlineData(3, 2, "bge.s ldarg.0 ldarg.1 ldarg.1 ret")]
    public void Counts_only_the_branch_taken(int a, int b, string executed)
    {
        var counts = Measure("public static class C { public static int Min(int a, int b) { if (a < b) return a; return b; } }", "Min", [a, b], Math.Min(a, b));
        var opcodes = counts.Opcodes().SelectMany(each => Enumerable.Repeat(each.Il, (int)each.Count)).Order(StringComparer.Ordinal);
        Assert.Equal(executed, string.Join(' ', opcodes));
    }

    [Fact]
    public void Breaks_down_by_method_and_prices_calls()
    {
        const string Source = """
            public static class C
            {
                public static int Twice(int x) => x + x;
                public static int Run(int n)
                {
                    int s = 0;
                    while (n != 0)
                    {
                        s = Twice(s + n);
                        n--;
                    }
                    return s;
                }
            }
            """;
        var counts = Measure(Source, "Run", [3], 34);
        var methods = counts.Methods().ToDictionary(each => each.Method);

        // Twice: ldarg.0 ldarg.0 add ret
        Assert.Equal(new MethodCost("C.Twice(Int32)", 3 * 4, 3 * (94 + 94 + 64 + 256)), methods["C.Twice(Int32)"]);
        // Run: ldc.i4.0 stloc.0 br.s; 3 times ldloc.0 ldarg.0 add call stloc.0 ldarg.0 ldc.i4.1 sub starg.s; 4 times ldarg.0 brtrue.s; ldloc.0 ret
        var expected = 28 + 59 + 39 + 3 * (80 + 94 + 64 + 465 + 59 + 94 + 28 + 69 + 55) + 4 * (94 + 54) + 80 + 256;
        Assert.Equal(new MethodCost("C.Run(Int32)", 3 + 3 * 9 + 4 * 2 + 2, expected), methods["C.Run(Int32)"]);
        Assert.Equal(counts.Rv32Instructions, methods.Values.Sum(each => each.Rv32Instructions));
    }

    [Fact]
    public void Prices_the_forms_the_device_runs_not_those_instrumenting_makes()
    {
        // Far enough apart for a long branch: more than 127 bytes between test and target.
        var body = string.Join(" ", Enumerable.Repeat("s += a * 1000;", 30));
        var counts = Measure($"public static class C {{ public static int F(int a) {{ int s = 0; for (int i = 0; i < 2; i++) {{ {body} }} return s; }} }}", "F", [1], 60_000);
        var opcodes = counts.Opcodes().ToDictionary(each => each.Il, each => each.Count);
        Assert.Equal(3, opcodes["blt"]);
        Assert.Equal(1, opcodes["br"]);
        Assert.DoesNotContain("blt.s", opcodes.Keys);
        Assert.DoesNotContain("ldloc", opcodes.Keys);
        Assert.DoesNotContain("ldarg", opcodes.Keys);
        Assert.Equal(60, opcodes["ldarg.0"]);
    }

    [Theory]
    [InlineData("byte", 1)]
    [InlineData("short", 2)]
    [InlineData("int", 4)]
    [InlineData("long", 8)]
    public void Prices_block_copies_by_their_bytes(string element, int size)
    {
        // The last argument is a conditional, so the call itself is the target of a branch.
        var source = $"public static class C {{ public static int F(int n) {{ {element}[] a = new {element}[9], b = new {element}[9]; a[1] = 7; System.Array.Copy(a, 1, b, 2, n > 1 ? n : 0); System.Array.Clear(a, 0, 9); return (int)(a[1] + b[2]); }} }}";
        var natives = Measure(source, "F", [5], 7).Natives().ToDictionary(each => each.Method);
        Assert.Equal(2, natives.Count);
        Assert.Equal(new NativeCost("System.Array.Copy(System.Array, System.Int32, System.Array, System.Int32, System.Int32)", 1, 5 * size, 435 + 5 * size), natives.Values.Single(each => each.Method.Contains("Copy", StringComparison.Ordinal)));
        Assert.Equal(9 * size, natives.Values.Single(each => each.Method.Contains("Clear", StringComparison.Ordinal)).Bytes);
    }

    [Fact]
    public void Library_calls_are_priced_beyond_their_call_row()
    {
        // ldarg.0 ldc.i4.0 call ret, with 435 for the native behind the call.
        var counts = Measure("public static class C { public static int F(byte[] b) => System.BitConverter.ToInt32(b, 0); }", "F", [new byte[] { 1, 0, 0, 0 }], 1);
        Assert.Equal(94 + 28 + 465 + 435 + 256, counts.Rv32Instructions);
        Assert.Equal(435, Assert.Single(counts.Natives()).Rv32Instructions);
    }

    [Fact]
    public void Exception_paths_are_counted()
    {
        const string Source = """
            public static class C
            {
                public static int F(int[] a)
                {
                    int r = 0;
                    try { r = 1; r += a[9]; }
                    catch (System.IndexOutOfRangeException e) when (e.Message != null) { r += 10; }
                    finally { r += 100; }
                    return r;
                }
            }
            """;
        var opcodes = Measure(Source, "F", [new int[1]], 111).Opcodes().ToDictionary(each => each.Il, each => each.Count);
        Assert.Equal(1, opcodes["endfilter"]);
        Assert.Equal(1, opcodes["endfinally"]);
        Assert.Equal(1, opcodes["ret"]);
    }

    [Fact]
    public void Snapshots_subtract_and_add()
    {
        using var meter = InstrumentedAssembly.Load(Snippets.Compile(Sum));
        var sum = meter.GetType("C").GetMethod("Sum")!;
        var first = meter.Measure(() => sum.Invoke(null, [new int[3]]));
        var before = meter.Snapshot();
        sum.Invoke(null, [new int[7]]);
        var second = meter.Snapshot() - before;

        Assert.Equal(5 + 30 + 20 + 2, first.IlInstructions);
        Assert.Equal(5 + 70 + 40 + 2, second.IlInstructions);
        Assert.Equal(first.IlInstructions + second.IlInstructions, (first + second).IlInstructions);
        Assert.Equal(meter.Snapshot().Rv32Instructions, (first + second).Rv32Instructions);
        meter.Reset();
        Assert.Equal(0, meter.Snapshot().IlInstructions);
        Assert.Empty(meter.Snapshot().Methods());

        using var other = InstrumentedAssembly.Load(Snippets.Compile(Sum));
        Assert.Throws<ArgumentException>(() => first - other.Snapshot());
    }

    [Fact]
    public void A_listing_shows_each_line_of_IL_with_its_executions()
    {
        var lines = Measure(Sum, "Sum", new object[] { new int[4] }, 0).Listing("C.Sum(Int32[])");
        Assert.Equal(22, lines.Count);
        Assert.Equal(new IlLine(0, "ldc.i4.0", 1, 28), lines[0]);
        Assert.Contains(lines, line => line is { Text: "ldelem.i4", Executions: 4, Rv32Each: 107 });
        Assert.Contains(lines, line => line.Text.StartsWith("blt.s IL_", StringComparison.Ordinal) && line.Executions == 5);
    }

    [Fact]
    public void Referenced_device_assemblies_are_counted_too()
    {
        var library = Snippets.Compile(Sum);
        var request = new ConformanceRequest("App", [new DeviceSource("App.cs", "public static class App { public static int Run(int[] a) => C.Sum(a); }")]) { References = [library] };
        using var meter = InstrumentedAssembly.Load(NanoConformance.Check(request).Image!, library);
        var counts = meter.Measure(() => meter.GetType("App").GetMethod("Run")!.Invoke(null, [new int[2]]));
        Assert.Equal(["App.Run(Int32[])", "C.Sum(Int32[])"], counts.Methods().Select(each => each.Method).Order());
        Assert.Empty(counts.Natives());
    }

    [Fact]
    public void Refuses_instructions_without_a_price()
    {
        const string Source = "public static class C { public static object F(int a) => System.Type.GetType(__reftype(__makeref(a)).FullName); }";
        var error = Assert.Throws<NotSupportedException>(() => InstrumentedAssembly.Load(Snippets.Check(Source).Image!));
        Assert.Contains("C.F(Int32) at IL_", error.Message, StringComparison.Ordinal);
    }

    private static IlCounts Measure(string source, string method, object[] arguments, int expected)
    {
        using var meter = InstrumentedAssembly.Load(Snippets.Compile(source));
        var run = meter.GetType("C").GetMethod(method)!;
        object? result = null;
        var counts = meter.Measure(() => result = run.Invoke(null, arguments));
        Assert.Equal(expected, result);
        return counts;
    }
}
