using Microsoft.CodeAnalysis;

namespace EdgeInfer.NanoFramework;

/// <summary>What real nanoFramework 1.x offers: the embedded listings, and reference assemblies made of them.</summary>
public static class NanoSurface
{
    /// <summary>Name of the core library, which every device assembly references.</summary>
    public const string CoreLibrary = "mscorlib";

    private static readonly Lazy<IReadOnlyDictionary<string, SurfaceListing>> s_listings = new(ReadListings);
    private static readonly Lazy<IReadOnlyDictionary<string, SurfaceType>> s_types = new(() =>
        Listings.Values.SelectMany(listing => listing.Types).ToDictionary(type => type.FullName));
    private static readonly Lazy<IReadOnlyDictionary<string, byte[]>> s_images = new(() =>
        Listings.Values.ToDictionary(listing => listing.AssemblyName, listing => ReferenceAssemblyWriter.Write(listing, Listings)));

    /// <summary>All listings by assembly name.</summary>
    public static IReadOnlyDictionary<string, SurfaceListing> Listings => s_listings.Value;

    /// <summary>Names of all libraries there is a listing of.</summary>
    public static IReadOnlyCollection<string> Libraries => [.. Listings.Keys];

    /// <summary>The generated reference assembly of a library: metadata only, no code.</summary>
    /// <param name="library">Assembly name, for example <c>System.Device.Gpio</c>.</param>
    /// <returns>A PE image.</returns>
    /// <exception cref="ArgumentException">There is no listing of that name.</exception>
    public static byte[] GetReferenceImage(string library) => s_images.Value.TryGetValue(library, out var image)
        ? image
        : throw new ArgumentException($"There is no surface listing of '{library}'. Listed: {string.Join(", ", Libraries)}.", nameof(library));

    /// <summary>A listed type, or null where nanoFramework has no such type.</summary>
    /// <param name="fullName">Namespace and name, nested types after <c>/</c>.</param>
    public static SurfaceType? FindType(string fullName) => s_types.Value.GetValueOrDefault(fullName);

    /// <summary>References to the core library and to the libraries named.</summary>
    internal static IEnumerable<MetadataReference> References(IEnumerable<string> libraries) =>
        libraries.Append(CoreLibrary).Distinct().Select(name => MetadataReference.CreateFromImage(GetReferenceImage(name), filePath: name + ".dll"));

    private static Dictionary<string, SurfaceListing> ReadListings() => EmbeddedData.Names
        .Where(name => name.EndsWith(".txt", StringComparison.Ordinal))
        .Select(name => SurfaceParser.Parse(name[..^4], EmbeddedData.ReadText(name)))
        .ToDictionary(listing => listing.AssemblyName);
}
