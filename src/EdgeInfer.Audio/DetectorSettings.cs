using System;

namespace EdgeInfer.Audio
{
    /// <summary>When a model is run, and when what it says is a detection: what the blob's chunk "DTCT" holds.</summary>
    public sealed class DetectorSettings
    {
        private const string ChunkName = "detector";

        private DetectorSettings()
        {
        }

        /// <summary>Frames from one inference to the next.</summary>
        public int HopFrames { get; private set; }

        /// <summary>Inferences over which posteriors are averaged.</summary>
        public int Smoothing { get; private set; }

        /// <summary>Mean posterior that makes a detection, 256 for 1.0.</summary>
        public int OnThreshold { get; private set; }

        /// <summary>Mean posterior below which a detection has ended.</summary>
        public int OffThreshold { get; private set; }

        /// <summary>Inferences after a detection in which there is no other.</summary>
        public int Refractory { get; private set; }

        /// <summary>Inferences that are left out after a start: a stateful model has heard too little by then.</summary>
        public int WarmUp { get; private set; }

        /// <summary>For every class 1 where it is a keyword, 0 where it is silence, noise or any other word.</summary>
        public byte[] IsKeyword { get; private set; }

        /// <summary>Reads the settings of a model.</summary>
        /// <param name="model">A model that was converted with a front end.</param>
        /// <returns>The settings.</returns>
        /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
        /// <exception cref="BlobException">The model has none, or they are out of range.</exception>
        public static DetectorSettings Read(Model model)
        {
            if (model == null) throw new ArgumentNullException(nameof(model));

            byte[] chunk = model.ReadMetadata(DetectorFormat.Tag);
            if (chunk == null) throw new BlobException("the model has none; convert it again with the front end it was trained with", ChunkName, "kind", 0);

            return Read(chunk);
        }

        /// <summary>Reads settings from the content of a metadata chunk.</summary>
        /// <param name="chunk">The content; see docs/blob-format.md.</param>
        /// <returns>The settings.</returns>
        /// <exception cref="ArgumentNullException"><paramref name="chunk"/> is null.</exception>
        /// <exception cref="BlobException">A setting is out of range, or the chunk is too short or too long.</exception>
        public static DetectorSettings Read(byte[] chunk)
        {
            ChunkReader reader = new ChunkReader(chunk, ChunkName);
            reader.Word("kind", DetectorFormat.Kind, DetectorFormat.Kind);
            DetectorSettings settings = new DetectorSettings();
            settings.HopFrames = reader.Word("hop frames", 1, DetectorFormat.MaximumHop);
            settings.Smoothing = reader.Word("smoothing", 1, DetectorFormat.MaximumSmoothing);
            settings.OnThreshold = reader.Word("on threshold", 1, DetectorFormat.One);
            settings.OffThreshold = reader.Word("off threshold", 0, settings.OnThreshold);
            settings.Refractory = reader.Word("refractory", 0, DetectorFormat.MaximumWait);
            settings.WarmUp = reader.Word("warm-up", 0, DetectorFormat.MaximumWait);
            int classes = reader.Word("classes", 1, DetectorFormat.MaximumClasses);
            settings.IsKeyword = reader.Bytes("keywords", classes);
            int keywords = 0;
            for (int i = 0; i < classes; i++)
            {
                if (settings.IsKeyword[i] > 1) throw reader.Error("class " + i.ToString() + " is neither 0 nor 1");
                keywords += settings.IsKeyword[i];
            }

            if (keywords == 0) throw reader.Error("no class is a keyword");
            reader.End();
            return settings;
        }
    }
}
