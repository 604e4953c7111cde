using System;
using EdgeInfer;

namespace KeywordSpotting
{
    /// <summary>A model and where it came from.</summary>
    internal sealed class OpenedModel : IDisposable
    {
        private readonly FileBlobSource _file;

        /// <summary>A model from a resource.</summary>
        internal OpenedModel(string name, byte[] blob)
        {
            Name = name;
            Model = Model.Load(blob);
        }

        /// <summary>A model from a file, which stays open: weights may be read while the model runs.</summary>
        internal OpenedModel(string name, FileBlobSource file)
        {
            Name = name;
            _file = file;
            Model = Model.Load(file);
        }

        internal string Name { get; }

        internal Model Model { get; }

        /// <summary>Closes the file.</summary>
        public void Dispose()
        {
            if (_file != null) _file.Dispose();
        }
    }
}
