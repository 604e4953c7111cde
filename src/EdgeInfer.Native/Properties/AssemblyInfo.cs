using System.Reflection;
using System.Runtime.InteropServices;

[assembly: AssemblyTitle("EdgeInfer.Native")]
[assembly: AssemblyDescription("Native kernels of EdgeInfer for firmware that was built with them.")]
[assembly: AssemblyProduct("EdgeInfer")]
[assembly: AssemblyCopyright("Copyright (c) EdgeInfer contributors")]
#if !EDGEINFER_HOST
[assembly: AssemblyNativeVersion("1.0.0.0")]
#endif
[assembly: AssemblyVersion("0.1.0.0")]
[assembly: AssemblyFileVersion("0.1.0.0")]
[assembly: AssemblyInformationalVersion("0.1.0")]
[assembly: ComVisible(false)]
