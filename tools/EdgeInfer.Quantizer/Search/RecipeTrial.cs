using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Search;

/// <summary>A recipe and what it came to on samples that calibration did not see.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Result">What the quantized model said.</param>
/// <param name="Loss">What it lost of the accuracy, or of the area under the curve, of the model of floats; null where samples are not labelled.</param>
/// <param name="Sqnr">Signal-to-quantization-noise ratio of the outputs in decibels.</param>
/// <param name="WeightShare">Bytes that its weights take, as a part of what they take with 8 bits.</param>
/// <param name="BlobBytes">Length of the blob.</param>
/// <param name="ArenaBytes">Bytes of the arena.</param>
/// <param name="Instructions">RV32 instructions of an inference by the cost meter; null where they were not counted.</param>
public sealed record RecipeTrial(QuantizationRecipe Recipe, ModelEvaluation Result, double? Loss, double Sqnr, double WeightShare, long BlobBytes, long ArenaBytes, double? Instructions)
{
    /// <summary>Accuracy, or area under the curve of an anomaly model; null where samples are not labelled.</summary>
    public double? Score => Result.Accuracy ?? Result.Auc;

    /// <summary>
    /// Tells whether another recipe's higher score may be chance: of the samples of which only one of the two has the class right, the other has no more
    /// of its own than one standard deviation of as many tossed coins.
    /// </summary>
    /// <param name="other">The trial with the higher score.</param>
    /// <param name="samples">The samples of both.</param>
    /// <returns>True where it may be.</returns>
    public bool MayEqual(RecipeTrial other, IReadOnlyList<Sample> samples)
    {
        if (Result.Accuracy is null) return (Score ?? 0) >= (other.Score ?? 0);

        int ahead = 0, differing = 0;
        for (int i = 0; i < samples.Count; i++)
        {
            bool mine = Result.Classes[i] == samples[i].Label, its = other.Result.Classes[i] == samples[i].Label;
            if (mine == its) continue;
            differing++;
            ahead += its ? 1 : -1;
        }

        return ahead <= Math.Sqrt(differing);
    }
}
