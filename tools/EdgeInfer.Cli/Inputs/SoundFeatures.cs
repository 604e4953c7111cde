using EdgeInfer.Audio;

namespace EdgeInfer.Cli.Inputs;

/// <summary>What a front end makes of recordings, in the real numbers that a model of floats takes.</summary>
/// <param name="Chunk">The front end, as a blob carries it.</param>
/// <param name="Scale">Scale of the features.</param>
/// <param name="ZeroPoint">Their zero point.</param>
internal sealed record SoundFeatures(byte[] Chunk, float Scale, int ZeroPoint)
{
    /// <summary>
    /// Reads a recording: one input, or several one after the other where it is long enough. Silence is put behind one that is too short. Each begins anew, as if nothing had been
    /// heard before, unless they are a sequence, whose frames follow each other as they do on the device.
    /// </summary>
    /// <param name="path">The .wav file.</param>
    /// <param name="elements">Elements of an input.</param>
    /// <param name="isSequence">The model remembers, and the inputs of a recording belong together.</param>
    /// <returns>The inputs.</returns>
    /// <exception cref="CommandFailure">The file is damaged, has another sample rate, or its features do not make an input.</exception>
    public IEnumerable<float[]> Read(string path, int elements, bool isSequence)
    {
        FrontEnd frontEnd = FrontEnd.Create(Chunk);
        short[] sound = WavFile.ReadSamples(ModelFile.ReadAll(path), path, out int rate);
        if (rate != frontEnd.SampleRate)
        {
            throw new CommandFailure($"{path}: it has {rate} samples a second, the front end takes {frontEnd.SampleRate}. Convert it, for instance with: ffmpeg -i in.wav -ar {frontEnd.SampleRate} -ac 1 -c:a pcm_s16le out.wav");
        }

        if (elements % frontEnd.Features != 0) throw new CommandFailure($"{path}: the model takes {elements} numbers, which is no whole number of frames of the front end's {frontEnd.Features} features. Choose the --front-end that it was trained with.");

        int frames = elements / frontEnd.Features, needed = frontEnd.WindowSamples + ((frames - 1) * frontEnd.StepSamples);
        if (sound.Length < needed) Array.Resize(ref sound, needed);
        int stride = isSequence ? frames * frontEnd.StepSamples : needed;
        for (int start = 0; start + needed <= sound.Length; start += stride)
        {
            if (!isSequence || start == 0) frontEnd.Reset();
            yield return Features(frontEnd, sound, start, frames);
        }
    }

    private float[] Features(FrontEnd frontEnd, short[] sound, int start, int frames)
    {
        sbyte[] features = new sbyte[frames * frontEnd.Features];
        for (int frame = 0; frame < frames; frame++) frontEnd.Process(sound, start + (frame * frontEnd.StepSamples), features, frame * frontEnd.Features);
        return Array.ConvertAll(features, q => Scale * (q - ZeroPoint));
    }
}
