namespace EdgeInfer.Quantizer.Calibration;

/// <summary>How the range of an activation follows from what was seen of it.</summary>
public enum CalibrationMethod
{
    /// <summary>From the smallest to the largest number: nothing is cut off, and one outlier makes all steps coarse.</summary>
    MinMax,

    /// <summary>The running mean, over samples, of smallest and largest number, each sample counting for a tenth.</summary>
    MovingAverage,

    /// <summary>What remains when the outermost 0.01 % of either side are left out.</summary>
    Percentile,

    /// <summary>The range for which the distribution of the integers says most about that of the numbers (least Kullback-Leibler divergence).</summary>
    Entropy,

    /// <summary>The range with the least squared error, rounding and cutting off taken together, each sample's against its own signal.</summary>
    Mse,

    /// <summary>The same by the fixed point of optimally clipped tensors and vectors (OCTAV; Sakr et al., 2022).</summary>
    Octav,
}
