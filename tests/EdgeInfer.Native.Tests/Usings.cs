// The tests that are compiled here from other folders are skipped, with the reason, where the native kernels cannot be built.
global using FactAttribute = EdgeInfer.Native.Tests.NativeFactAttribute;
global using TheoryAttribute = EdgeInfer.Native.Tests.NativeTheoryAttribute;
