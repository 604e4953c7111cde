using System.Reflection;
using System.Runtime.InteropServices;

[assembly: AssemblyTitle("EdgeInfer.Int16")]
[assembly: AssemblyDescription("Operators of EdgeInfer on 16-bit activations, with 8-bit weights.")]
[assembly: AssemblyProduct("EdgeInfer")]
[assembly: AssemblyCopyright("Copyright (c) EdgeInfer contributors")]
[assembly: AssemblyVersion("0.1.0.0")]
[assembly: AssemblyFileVersion("0.1.0.0")]
[assembly: AssemblyInformationalVersion("0.1.0")]
[assembly: ComVisible(false)]
