namespace EdgeInfer
{
    /// <summary>Names of the classes that a model's output stands for, kept in the blob.</summary>
    public static class Labels
    {
        /// <summary>Tag of the chunk: "LABL".</summary>
        public const int Tag = 0x4C42414C;

        /// <summary>Reads the labels.</summary>
        /// <param name="model">The model.</param>
        /// <returns>The labels in the order of the output; empty where the blob has none.</returns>
        public static string[] Read(Model model)
        {
            byte[] text = model.ReadMetadata(Tag);
            int count = 0;
            for (int i = 0; text != null && i < text.Length; i++)
            {
                if (text[i] == 0) count++;
            }

            string[] labels = new string[count];
            for (int i = 0, start = 0; i < count; i++)
            {
                int end = start;
                while (text[end] != 0) end++;
                labels[i] = Decode(text, start, end);
                start = end + 1;
            }

            return labels;
        }

        /// <summary>Decodes UTF-8; the core does without the text library.</summary>
        private static string Decode(byte[] text, int start, int end)
        {
            char[] characters = new char[end - start];
            int count = 0;
            while (start < end)
            {
                int lead = text[start];
                int length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
                int code = length == 1 ? lead : lead & (0x7F >> length);
                for (int i = 1; i < length && start + i < end; i++) code = (code << 6) | (text[start + i] & 0x3F);
                if (code > 0xFFFF)
                {
                    characters[count] = (char)(0xD7C0 + (code >> 10));
                    count++;
                    code = 0xDC00 | (code & 0x3FF);
                }

                characters[count] = (char)code;
                count++;
                start += length;
            }

            return new string(characters, 0, count);
        }
    }
}
