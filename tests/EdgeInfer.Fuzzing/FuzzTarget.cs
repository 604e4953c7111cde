namespace EdgeInfer.Fuzzing;

/// <summary>Something that takes bytes from strangers. Whatever they are, it must come to an end and throw nothing but its documented refusal.</summary>
internal abstract class FuzzTarget
{
    /// <summary>All targets.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } = [new TfliteTarget(), new OnnxTarget(), new BlobTarget(), new NativeTarget()];

    /// <summary>Name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Folder of the inputs that were found, below <c>Cases</c>.</summary>
    public virtual string Cases => Name;

    /// <summary>Finds a target.</summary>
    /// <param name="name">Its name.</param>
    public static FuzzTarget Find(string name) => All.Single(target => target.Name == name);

    /// <summary>Does once what takes longer than an input may: the time of inputs is limited.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Tries an input.</summary>
    /// <param name="input">Any bytes.</param>
    /// <returns>True where the input was taken, false where it was refused as documented. Any exception is a finding.</returns>
    public abstract bool Run(byte[] input);

    /// <summary>Inputs to begin with, beyond the files that fuzz.sh collects.</summary>
    public virtual IEnumerable<byte[]> Seeds() => [];
}
