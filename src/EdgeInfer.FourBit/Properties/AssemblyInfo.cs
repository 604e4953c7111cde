using System.Reflection;
using System.Runtime.InteropServices;

[assembly: AssemblyTitle("EdgeInfer.FourBit")]
[assembly: AssemblyDescription("Operators of EdgeInfer with 4-bit weights: convolutions and matrix products.")]
[assembly: AssemblyProduct("EdgeInfer")]
[assembly: AssemblyCopyright("Copyright (c) EdgeInfer contributors")]
[assembly: AssemblyVersion("0.1.0.0")]
[assembly: AssemblyFileVersion("0.1.0.0")]
[assembly: AssemblyInformationalVersion("0.1.0")]
[assembly: ComVisible(false)]
