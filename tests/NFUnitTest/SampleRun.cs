using EdgeInfer;

namespace NFUnitTest
{
    /// <summary>Runs a sample on pseudo-random input, as the host did when the expected outputs were written down.</summary>
    public static class SampleRun
    {
        /// <summary>Inferences of every sample, the state kept from one to the next.</summary>
        public const int Frames = 2;

        private const ulong Seed = 1;

        /// <summary>Runs a sample, one call of <see cref="Interpreter.Step"/> after the other.</summary>
        /// <param name="interpreter">Runs the sample.</param>
        /// <param name="budget">Budget of a step.</param>
        /// <returns>All outputs of all frames.</returns>
        public static int[] Outputs(Interpreter interpreter, int budget)
        {
            int count = 0;
            for (int i = 0; i < interpreter.OutputCount; i++) count += interpreter.Output(i).Count;
            int[] outputs = new int[count * Frames];
            int position = 0;
            ulong random = Seed;
            for (int frame = 0; frame < Frames; frame++)
            {
                for (int i = 0; i < interpreter.InputCount; i++) random = Randomize(interpreter.Input(i), random);
                while (!interpreter.Step(budget))
                {
                }

                for (int i = 0; i < interpreter.OutputCount; i++)
                {
                    Tensor output = interpreter.Output(i);
                    for (int e = 0; e < output.Count; e++, position++) outputs[position] = output[e];
                }
            }

            return outputs;
        }

        private static ulong Randomize(Tensor tensor, ulong random)
        {
            for (int i = 0; i < tensor.Count; i++)
            {
                random = (random * 6364136223846793005UL) + 1442695040888963407UL;
                tensor[i] = (int)(random >> 33) & 255;
            }

            return random;
        }
    }
}
