using EdgeInfer.Converter;

namespace EdgeInfer.KeywordTraining;

/// <summary>Measures a model file with the device runtime, after the conversion that every user's model goes through.</summary>
internal static class DeviceAccuracy
{
    /// <summary>How often which class was heard: [said, heard].</summary>
    public static int[,] Confusion(ConversionResult model, FeatureSet set)
    {
        int classes = SpeechSet.Labels.Count;
        int[,] counts = new int[classes, classes];
        Interpreter interpreter = new(model.Model);
        for (int i = 0; i < set.Labels.Length; i++)
        {
            interpreter.Input(0).CopyFrom(set.Of(i, 0).ToArray(), 0);
            interpreter.Invoke();
            counts[set.Labels[i], interpreter.Output(0).ArgMax()]++;
        }

        return counts;
    }

    /// <summary>Share of the clips that were heard as what was said.</summary>
    public static double Share(int[,] confusion) =>
        (double)Enumerable.Range(0, confusion.GetLength(0)).Sum(i => confusion[i, i]) / confusion.Cast<int>().Sum();
}
