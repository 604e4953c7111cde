using System.Diagnostics;

namespace EdgeInfer.KeywordTraining;

/// <summary>Words spoken by espeak-ng in many voices: more ways to say a keyword, and more words that are none.</summary>
internal static class Synthesis
{
    private static readonly string[] Voices = ["en-us", "en-gb", "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-rp", "en-gb-x-gbcwmd", "en-029"];

    private static readonly string[] Variants =
    [
        "", "+m1", "+m2", "+m3", "+m4", "+m5", "+m6", "+m7", "+f1", "+f2", "+f3", "+f4", "+f5", "+Andy", "+Annie", "+Denis", "+Jacky", "+Lee", "+Mario", "+Michael",
        "+Steph", "+Steph2", "+Steph3", "+Tweaky", "+aunty", "+belinda", "+linda", "+steph", "+shelby", "+victor", "+zac", "+john", "+iven", "+kaukovalta", "+ed", "+edward",
    ];

    /// <summary>Words that are no keywords; those of Speech Commands, those that sound like a keyword, and common ones.</summary>
    private static readonly string[] Others =
    [
        "backward", "bed", "bird", "cat", "dog", "eight", "five", "follow", "forward", "four", "happy", "house", "learn", "marvin", "nine", "one", "seven", "sheila", "six", "three",
        "tree", "two", "visual", "wow", "zero", "snow", "note", "nose", "know it", "goat", "goal", "gold", "ago", "own", "owe", "oh", "an", "and", "of", "office", "often", "top", "shop", "stock", "stuff", "step",
        "cup", "pup", "app", "tough", "dawn", "done", "town", "gown", "brown", "yet", "yellow", "guess", "less", "us", "light", "night", "write it", "ride", "rice", "lift", "let", "laugh", "leaf", "loft",
        "non", "nine", "now", "nor", "door", "go on then", "on top", "hello", "music", "water", "people", "computer", "time", "please", "thank you", "good morning", "what", "where", "is it", "this", "that", "the", "a",
        "about", "family", "garden", "window", "sugar", "open", "close", "play", "start", "pause", "green", "red", "blue", "white", "black", "kitchen", "table", "paper", "money", "question", "answer",
    ];

    /// <summary>Running speech without a keyword, to train with.</summary>
    private static readonly string[] Sentences =
    [
        "The teacher wrote several numbers in the middle of the board and asked the class to find the missing one.",
        "We were having breakfast when the postman brought a large parcel from our cousins in Canada.",
        "A small boat crossed the harbour slowly, carrying two fishermen and a basket of silver fish.",
        "She has worked as a nurse for twenty years, and every patient knows her cheerful voice.",
        "If the weather is fine tomorrow, the children will visit the castle and have a picnic near the lake.",
        "Most of the houses in this street were built a hundred years ago by the owner of the factory.",
        "The radio said that heavy traffic is expected this evening because of the football match.",
        "He opened the drawer, took a sharp knife and began to cut the vegetables into thin slices.",
        "They have been learning Spanish since January and already understand simple letters and songs.",
        "The dog was sleeping under the table while everybody else was watching a film about the ocean.",
        "After the meeting the manager thanked the team and promised a better coffee machine for the office.",
        "My brother collects old stamps, and he keeps the most valuable ones in a metal box.",
        "The plane landed twenty minutes late, but the passengers were glad to see the lights of the city.",
        "Water boils at a lower temperature in the mountains, which makes cooking rice a slow business.",
        "A young musician played the violin in the market square, and many people gave him a coin.",
        "The doctor advised him to eat less salt, to sleep well and to take a long walk each day.",
    ];

    /// <summary>Voices and variants that no training clip has.</summary>
    private static readonly string[] HeldOutVoices = ["en-us+adam", "en-us+anika", "en-gb+benjamin", "en-gb+grandma", "en-us+marcelo", "en-gb+travis", "en-us+Alicia", "en-us+Gene", "en-gb-x-rp+Hugo", "en-029+rob", "en-us+klatt4", "en-gb+grandpa"];

    /// <summary>Speech without a keyword.</summary>
    private static readonly string[] Passages =
    [
        "The committee will meet again next week to discuss the annual budget, and every member has been asked to bring a short report.",
        "Yesterday we walked along the river until the rain began, then we waited under a bridge for almost an hour.",
        "Please remember to buy bread, butter, three apples and a small bottle of milk when you pass the corner shop.",
        "Scientists have measured the temperature of the ocean for many years, because small changes can affect the weather everywhere.",
        "My grandmother used to tell us stories about the farm where she grew, with its horses, hens and a very lazy cat.",
        "The museum opens at nine in the morning and closes at half past six, except during the summer holidays.",
        "Could you tell me where the nearest station is, and whether the next train has a dining car?",
        "In winter the village is often covered with snow, and children build large figures beside the frozen lake.",
        "This recipe needs two eggs, a cup of sugar, some flour and the juice of one lemon, mixed slowly in a deep bowl.",
        "The engineer explained that the machine measures pressure, then sends the values to a computer in the other room.",
        "Music was playing quietly while they finished their supper and talked about the journey they had planned.",
        "He reads a chapter every evening before sleeping, usually a detective story or a book about distant countries.",
        "The garden is full of yellow flowers, and several small birds visit it each morning to search for seeds.",
        "Our neighbour bought a used car last month, and since then it has needed a new battery and four tyres.",
        "Several students asked whether the lecture would be repeated, as the room had been too small for everyone.",
        "When the telephone rang she was painting the kitchen window, so she let it ring and called back later.",
    ];

    /// <summary>Synthesizes words, each in so many voices, speeds and pitches.</summary>
    /// <param name="perKeyword">Clips of each keyword.</param>
    /// <param name="others">Clips of other words.</param>
    /// <param name="seed">Seed of the choice.</param>
    /// <param name="progress">Told of every clip.</param>
    public static IReadOnlyList<Clip> Speak(int perKeyword, int others, int seed, Action<double> progress)
    {
        Random random = new(seed);
        List<(string Word, int Label, string Voice, int Speed, int Pitch)> wanted = [];
        for (int label = SpeechSet.Unknown; label < SpeechSet.Labels.Count; label++)
        {
            for (int i = 0; i < (label == SpeechSet.Unknown ? others : perKeyword); i++)
            {
                string word = label == SpeechSet.Unknown ? Others[random.Next(Others.Length)] : SpeechSet.Labels[label];
                wanted.Add((word, label, Voices[random.Next(Voices.Length)] + Variants[random.Next(Variants.Length)], random.Next(110, 230), random.Next(15, 95)));
            }
        }

        Clip[] clips = new Clip[wanted.Count];
        int done = 0;
        Parallel.For(0, wanted.Count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            (string word, int label, string voice, int speed, int pitch) = wanted[i];
            clips[i] = new Clip($"{word} {voice} {speed} {pitch}", label, Part.Training, Speak(word, voice, speed, pitch));
            progress((double)Interlocked.Increment(ref done) / wanted.Count);
        });
        return clips;
    }

    /// <summary>Synthesizes running speech without keywords, in the voices of the words, cut into seconds.</summary>
    /// <param name="seconds">Clips.</param>
    /// <param name="seed">Seed of the choice.</param>
    public static IReadOnlyList<Clip> SpeakSentences(int seconds, int seed)
    {
        Random random = new(seed);
        List<Clip> clips = [];
        while (clips.Count < seconds)
        {
            string voice = Voices[random.Next(Voices.Length)] + Variants[random.Next(Variants.Length)];
            float[] speech = Speak(Sentences[random.Next(Sentences.Length)], voice, random.Next(130, 220), random.Next(15, 95));
            for (int at = random.Next(SpeechSet.Rate / 2); at + SpeechSet.Rate <= speech.Length && clips.Count < seconds; at += SpeechSet.Rate)
                clips.Add(new Clip($"sentence {voice} {at}", SpeechSet.Unknown, Part.Training, speech[at..(at + SpeechSet.Rate)]));
        }

        return clips;
    }

    /// <summary>Speaks a sentence without keywords in a voice that no training clip has.</summary>
    public static float[] SpeakPassage(Random random) =>
        Speak(Passages[random.Next(Passages.Length)], HeldOutVoices[random.Next(HeldOutVoices.Length)], random.Next(130, 210), random.Next(25, 80));

    /// <summary>Speaks a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="voice">Voice and variant.</param>
    /// <param name="speed">Words a minute.</param>
    /// <param name="pitch">0 to 99.</param>
    public static float[] Speak(string text, string voice, int speed, int pitch)
    {
        ProcessStartInfo start = new("espeak-ng", ["-v", voice, "-s", $"{speed}", "-p", $"{pitch}", "--stdout", text]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("espeak-ng did not start.");
        using MemoryStream content = new();
        process.StandardOutput.BaseStream.CopyTo(content);
        process.WaitForExit();
        (int rate, short[] samples) = WavFile.Read(content.ToArray(), $"espeak-ng -v {voice}");
        return Resampler.Apply(SpeechSet.ToFloat(samples), rate / (double)SpeechSet.Rate);
    }
}
