using System;

namespace EdgeInfer
{
    /// <summary>
    /// What a blob says of a model over a window of frames that was made to take new frames only. Its outputs are those of the windowed model for the
    /// window that ends with the newest frame; before the first frame, and after a reset, that window is filled with zero frames.
    /// </summary>
    public sealed class StreamInfo
    {
        /// <summary>Tag of the chunk: "STRM".</summary>
        public const int Tag = 0x4D525453;

        /// <summary>Words of the chunk.</summary>
        public const int Words = 6;

        private StreamInfo(byte[] chunk)
        {
            HopFrames = BitConverter.ToInt32(chunk, 0);
            WindowFrames = BitConverter.ToInt32(chunk, 4);
            FrameElements = BitConverter.ToInt32(chunk, 8);
            WarmUpInferences = BitConverter.ToInt32(chunk, 12);
            WindowMacs = BitConverter.ToInt64(chunk, 16);
        }

        /// <summary>New frames that an inference takes.</summary>
        public int HopFrames { get; }

        /// <summary>Frames of the window that the outputs stand for.</summary>
        public int WindowFrames { get; }

        /// <summary>Elements of a frame.</summary>
        public int FrameElements { get; }

        /// <summary>Inferences after a reset until a whole window of frames has gone in, the one included that completes it.</summary>
        public int WarmUpInferences { get; }

        /// <summary>Multiply-accumulates of the windowed model; <see cref="Model.Macs"/> are those of an inference on new frames.</summary>
        public long WindowMacs { get; }

        /// <summary>Reads what a blob says.</summary>
        /// <param name="model">The model.</param>
        /// <returns>The information; null where the model was not made to stream, or the chunk is damaged.</returns>
        public static StreamInfo Read(Model model)
        {
            byte[] chunk = model.ReadMetadata(Tag);
            if (chunk == null || chunk.Length != Words * sizeof(int)) return null;

            StreamInfo info = new StreamInfo(chunk);
            bool sound = info.HopFrames > 0 && info.WindowFrames > info.HopFrames && info.FrameElements > 0 && info.WarmUpInferences > 0;
            return sound ? info : null;
        }
    }
}
