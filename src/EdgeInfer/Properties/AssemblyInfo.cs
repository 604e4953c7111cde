using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: AssemblyTitle("EdgeInfer")]
[assembly: AssemblyDescription("Integer neural-network inference for .NET nanoFramework.")]
[assembly: AssemblyProduct("EdgeInfer")]
[assembly: AssemblyCopyright("Copyright (c) EdgeInfer contributors")]
[assembly: AssemblyVersion("0.1.0.0")]
[assembly: AssemblyFileVersion("0.1.0.0")]
[assembly: AssemblyInformationalVersion("0.1.0")]
[assembly: ComVisible(false)]

// The optional libraries are parts of one runtime, versioned together: what only they share is no public API.
[assembly: InternalsVisibleTo("EdgeInfer.Axis")]
[assembly: InternalsVisibleTo("EdgeInfer.FourBit")]
[assembly: InternalsVisibleTo("EdgeInfer.Elementwise")]
[assembly: InternalsVisibleTo("EdgeInfer.Int16")]
[assembly: InternalsVisibleTo("EdgeInfer.Recurrent")]
