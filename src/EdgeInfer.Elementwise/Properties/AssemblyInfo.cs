using System.Reflection;
using System.Runtime.InteropServices;

[assembly: AssemblyTitle("EdgeInfer.Elementwise")]
[assembly: AssemblyDescription("Operators of EdgeInfer that take every element with another one: comparisons, selections, largest and smallest.")]
[assembly: AssemblyProduct("EdgeInfer")]
[assembly: AssemblyCopyright("Copyright (c) EdgeInfer contributors")]
[assembly: AssemblyVersion("0.1.0.0")]
[assembly: AssemblyFileVersion("0.1.0.0")]
[assembly: AssemblyInformationalVersion("0.1.0")]
[assembly: ComVisible(false)]
