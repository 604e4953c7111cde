namespace EdgeInfer.NanoFramework;

/// <summary>Identifiers of the conformance rules. 1xxx does not compile there, 2xxx compiles and does not run, 3xxx exceeds a limit.</summary>
public static class NanoRules
{
    /// <summary>A type, member or language feature that nanoFramework's libraries or C# 9 do not have.</summary>
    public const string Surface = "NF1001";

    /// <summary>A generic type or method, declared or instantiated: crashes or hangs the interpreter.</summary>
    public const string Generics = "NF2001";

    /// <summary>A pointer or function pointer: refused when the assembly is processed.</summary>
    public const string Pointers = "NF2002";

    /// <summary>stackalloc: throws.</summary>
    public const string StackAlloc = "NF2003";

    /// <summary>An array of more than one dimension: crashes or hangs the interpreter.</summary>
    public const string MultiDimensionalArrays = "NF2004";

    /// <summary>An interface member with a body: throws.</summary>
    public const string InterfaceBodies = "NF2005";

    /// <summary>An array cast or copied as one of another element type: throws InvalidCastException.</summary>
    public const string ArrayReinterpretation = "NF2006";

    /// <summary>checked arithmetic or a checked conversion: never throws there.</summary>
    public const string Checked = "NF2007";

    /// <summary>An IL instruction the interpreter is not known to execute.</summary>
    public const string Opcode = "NF2008";

    /// <summary>Math on double: stock images are built without it.</summary>
    public const string DoubleMath = "NF2009";

    /// <summary>ToString of an enum: gives the number, not the name.</summary>
    public const string EnumToString = "NF2010";

    /// <summary>One static array initialiser of 64 KB or more: its tail is zeroed without a word.</summary>
    public const string ArrayInitializer = "NF3001";

    /// <summary>Static array initialisers that add up to 64 KB or more in one assembly.</summary>
    public const string ArrayInitializerSum = "NF3002";

    /// <summary>64 KB of IL code or more in one assembly.</summary>
    public const string CodeSize = "NF3003";

    /// <summary>64 KB of names and string literals or more in one assembly.</summary>
    public const string Strings = "NF3004";

    /// <summary>More than 255 locals or arguments in a method, or more than 255 values on its stack: they are counted in bytes.</summary>
    public const string MethodSize = "NF3005";

    /// <summary>What to do about a violation of a rule.</summary>
    /// <param name="rule">One of the identifiers above.</param>
    internal static string Advice(string rule) => rule switch
    {
        Surface => "Use only members of the surface listings and C# 9.",
        Generics => "Write the type out for each element type, or use a non-generic delegate.",
        Pointers => "Use arrays with indexes, or ref parameters.",
        StackAlloc => "Allocate an array once, at load.",
        MultiDimensionalArrays => "Use a flat array with computed offsets, or a jagged array.",
        InterfaceBodies => "Use an abstract class.",
        ArrayReinterpretation => "Keep one element type, or convert element by element.",
        Checked => "Test the range before the operation; index arrays with int.",
        Opcode => "Rewrite the expression so that the compiler emits instructions of the price table.",
        DoubleMath => "Use integers, or the float and integer overloads.",
        EnumToString => "Use a switch that returns the name, or print the number on purpose.",
        ArrayInitializer or ArrayInitializerSum => "Put the data into the blob, a resource or a file.",
        CodeSize => "Split the assembly.",
        Strings => "Shorten names and literals, or split the assembly.",
        MethodSize => "Split the method.",
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "Not a conformance rule."),
    };
}
