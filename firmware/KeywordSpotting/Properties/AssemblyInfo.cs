using System.Reflection;
using System.Runtime.InteropServices;

[assembly: AssemblyTitle("KeywordSpotting")]
[assembly: AssemblyDescription("Lights an LED when it hears a keyword.")]
[assembly: AssemblyProduct("EdgeInfer")]
[assembly: AssemblyCopyright("Copyright (c) EdgeInfer contributors")]
[assembly: AssemblyVersion("0.1.0.0")]
[assembly: AssemblyFileVersion("0.1.0.0")]
[assembly: AssemblyInformationalVersion("0.1.0")]
[assembly: ComVisible(false)]
