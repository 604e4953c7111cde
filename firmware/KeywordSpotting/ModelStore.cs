using System;
using System.IO;
using EdgeInfer;
using EdgeInfer.Audio;

namespace KeywordSpotting
{
    /// <summary>
    /// Finds the model to listen with. A new one is a file on the internal storage: it is tested first, with the test that it carries, and only
    /// then takes the place of the last good one. Whatever is wrong with it is said, and the board goes on listening with what it had: the last good file, or
    /// the model that is built in.
    /// </summary>
    internal sealed class ModelStore
    {
        /// <summary>A model that was uploaded and is still to be tested.</summary>
        internal const string NewFile = "keywords.eib";

        /// <summary>The last model that passed.</summary>
        internal const string GoodFile = "keywords.good.eib";

        /// <summary>The last model that did not.</summary>
        internal const string BadFile = "keywords.bad.eib";

        private readonly string _new;
        private readonly string _good;
        private readonly string _bad;

        /// <summary>Uses a folder.</summary>
        /// <param name="folder">Its path, with what separates it from a file's name.</param>
        internal ModelStore(string folder)
        {
            _new = folder + NewFile;
            _good = folder + GoodFile;
            _bad = folder + BadFile;
        }

        /// <summary>Opens the model to listen with.</summary>
        /// <returns>The best that there is.</returns>
        internal OpenedModel Open()
        {
            FileBlobSource file = null;
            try
            {
                if (File.Exists(_new)) Settle();
                if (File.Exists(_good))
                {
                    file = new FileBlobSource(_good);
                    return new OpenedModel(GoodFile, file);
                }
            }
            catch (Exception e)
            {
                if (file != null) file.Dispose();
                Console.WriteLine(_good + " is left out: " + e.Message);
            }

            return new OpenedModel("that is built in", Resources.GetBytes(Resources.BinaryResources.keywords));
        }

        /// <summary>Tests the new file. It takes the place of the good one, or is put aside. A power cut at any point leaves one of the two to be found.</summary>
        private void Settle()
        {
            string reason = Test(_new);
            if (reason != null) Console.WriteLine(_new + " is refused: " + reason + " It is kept as " + BadFile + ".");

            string target = reason == null ? _good : _bad;
            if (File.Exists(target)) File.Delete(target);
            File.Move(_new, target);
        }

        /// <summary>Says what is wrong with a file, or null.</summary>
        private static string Test(string path)
        {
            FileBlobSource source = null;
            try
            {
                source = new FileBlobSource(path);
                Model model = Model.Load(source);
                if (model.ReadMetadata(SelfTest.Tag) != null)
                {
                    int result = SelfTest.Run(new Interpreter(model));
                    if (result != SelfTest.Passed) return "operator " + result.ToString() + " does not compute what the self-test says.";
                }

                int rate = FrontEnd.Create(model).SampleRate;
                _ = new KeywordSpotter(model, PcmFormat.Stereo16(0), rate / 1000 * Settings.BufferMilliseconds);
                return null;
            }
            catch (Exception e)
            {
                // What is wrong may be anything from a header to too little memory for the arena; all of it is a reason.
                return e.Message;
            }
            finally
            {
                if (source != null) source.Dispose();
            }
        }
    }
}
