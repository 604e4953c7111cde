using System.Reflection;
#if EDGEINFER_HOST
using System.Runtime.CompilerServices;
#endif
using System.Runtime.InteropServices;

[assembly: AssemblyTitle("EdgeInfer.Audio")]
[assembly: AssemblyDescription("Integer audio front ends for .NET nanoFramework.")]
[assembly: AssemblyProduct("EdgeInfer")]
[assembly: AssemblyCopyright("Copyright (c) EdgeInfer contributors")]
#if EDGEINFER_HOST
[assembly: InternalsVisibleTo("EdgeInfer.Audio.Tests")]
#endif
[assembly: AssemblyVersion("0.1.0.0")]
[assembly: AssemblyFileVersion("0.1.0.0")]
[assembly: AssemblyInformationalVersion("0.1.0")]
[assembly: ComVisible(false)]
