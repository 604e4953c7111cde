using System.Reflection;
using System.Runtime.InteropServices;

[assembly: AssemblyTitle("EdgeInfer.Axis")]
[assembly: AssemblyDescription("Operators of EdgeInfer that go along dimensions of a tensor: products of matrices, normalization, sums, indexes, interpolation.")]
[assembly: AssemblyProduct("EdgeInfer")]
[assembly: AssemblyCopyright("Copyright (c) EdgeInfer contributors")]
[assembly: AssemblyVersion("0.1.0.0")]
[assembly: AssemblyFileVersion("0.1.0.0")]
[assembly: AssemblyInformationalVersion("0.1.0")]
[assembly: ComVisible(false)]
