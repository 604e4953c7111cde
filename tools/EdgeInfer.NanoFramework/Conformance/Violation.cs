namespace EdgeInfer.NanoFramework;

/// <summary>One place where device code leaves what real nanoFramework 1.x offers.</summary>
/// <param name="Rule">Identifier, one of <see cref="NanoRules"/>.</param>
/// <param name="File">Source file as it was given to the check; the assembly's name where no line is known.</param>
/// <param name="Line">Line, counted from 1; 0 where none is known.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Advice">What to write instead.</param>
public sealed record Violation(string Rule, string File, int Line, string Message, string Advice)
{
    /// <summary>The form compilers use, so that editors can jump to the place.</summary>
    public override string ToString() => $"{File}({Line}): {Rule}: {Message} {Advice}";
}
