using EdgeInfer.Converter;

namespace EdgeInfer.Training;

/// <summary>Measures a model file with the device runtime, after the conversion that every user's model goes through.</summary>
internal static class DeviceAccuracy
{
    /// <summary>Share of the images that the int8 model gets right.</summary>
    public static double Measure(ConversionResult model, DigitSet set)
    {
        int right = 0;
        Parallel.For(0, Environment.ProcessorCount, worker =>
        {
            Interpreter interpreter = new(model.Model);
            sbyte[] image = new sbyte[DigitSet.Side * DigitSet.Side];
            for (int i = worker; i < set.Count; i += Environment.ProcessorCount)
            {
                for (int p = 0; p < image.Length; p++) image[p] = (sbyte)(set.Pixels[(i * image.Length) + p] - 128);

                interpreter.Input(0).CopyFrom(image, 0);
                interpreter.Invoke();
                if (interpreter.Output(0).ArgMax() == set.Labels[i]) Interlocked.Increment(ref right);
            }
        });
        return (double)right / set.Count;
    }
}
