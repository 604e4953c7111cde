using Layout = EdgeInfer.Kernels.LoadWeights;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Reads constants from the blob's source, as the runtime does, and takes them over as signed numbers.</summary>
    public sealed class LoadWeights : Kernel
    {
        private readonly Layout _reader = new Layout();

        /// <inheritdoc/>
        public override string Name
        {
            get { return _reader.Name; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            _reader.Verify(verifier);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            _reader.Invoke(model, arena, record, unit);
            int[] words = model.Words;
            byte[] bytes = model.Bytes;
            int start = model.BytesStart;
            sbyte[] constants = PlainPort.Constants;
            int i = words[record + Layout.Target] + (unit * Layout.Chunk);
            int end = words[record + Layout.Target] + words[record + Layout.Count];
            if (end > i + Layout.Chunk) end = i + Layout.Chunk;
            for (; i < end; i++) constants[i] = (sbyte)(bytes[start + i] - 128);
        }
    }
}
