namespace EdgeInfer
{
    /// <summary>
    /// What a kernel proves its record with: it demands ranges of fields and constants within their sections, and declares
    /// which tensors it reads and writes. Every demand that is not met refuses the blob.
    /// </summary>
    /// <remarks>Kernels demand the record's length first, and declare their reads before their writes.</remarks>
    public sealed class Verifier
    {
        private const int MaximumOperands = 16;
        private const string OutputName = "output";

        private readonly Model _model;
        private readonly int[] _words;
        private readonly TensorValues _values;
        private readonly RecordObserver _observer;
        private LoadedWeights _loaded;
        private LoadedWeights _loadedTables;
        private bool _inference;
        private readonly int[] _operands = new int[MaximumOperands];
        private readonly int[] _operandFields = new int[MaximumOperands];
        private int _operandCount;
        private int _tableField;
        private int _record;
        private int _index;
        private string _subject;
        private Kernel _kernel;

        internal Verifier(Model model, TensorValues values, RecordObserver observer)
        {
            _model = model;
            _words = model.Words;
            _values = values;
            _observer = observer;
        }

        /// <summary>Reads a field without demands on its value.</summary>
        /// <param name="field">The field's position in the record.</param>
        /// <returns>Its value.</returns>
        public int Word(int field)
        {
            return _words[_record + field];
        }

        /// <summary>Demands the record's length.</summary>
        /// <param name="words">The length that the kernel's fields take.</param>
        /// <exception cref="BlobException">The record has another length.</exception>
        public void Length(int words)
        {
            if (Word(Record.Length) != words) Fail("length", Record.Length, "the record has " + Word(Record.Length).ToString() + " words, not " + words.ToString());
        }

        /// <summary>Demands the number of units and the work of one, on which a budget of <see cref="Interpreter.Step"/> relies.</summary>
        /// <param name="units">What follows from the other fields.</param>
        /// <param name="work">Multiply-accumulates or elements moved by the whole record, whichever is more.</param>
        /// <exception cref="BlobException">The record says otherwise.</exception>
        public void Units(int units, long work)
        {
            if (Word(Record.Units) != units) Fail("units", Record.Units, Word(Record.Units).ToString() + " is not the " + units.ToString() + " that follow from the shapes");
            int each = Record.WorkOfUnit(units, work);
            if (Word(Record.Work) != each) Fail("work", Record.Work, Word(Record.Work).ToString() + " is not the " + each.ToString() + " that follow from the shapes");
        }

        /// <summary>Demands that a field lies in a range.</summary>
        /// <param name="field">The field's position in the record.</param>
        /// <param name="name">Its name for the message.</param>
        /// <param name="minimum">Smallest value allowed.</param>
        /// <param name="maximum">Largest value allowed.</param>
        /// <returns>The value.</returns>
        /// <exception cref="BlobException">The value is out of range.</exception>
        public int Range(int field, string name, int minimum, int maximum)
        {
            int value = Word(field);
            if (value < minimum || value > maximum) Fail(name, field, value.ToString() + " is not in " + minimum.ToString() + " to " + maximum.ToString());
            return value;
        }

        /// <summary>Demands a field that names one of the compiled layers that the model was loaded with.</summary>
        /// <param name="field">The field's position in the record.</param>
        /// <returns>The layer.</returns>
        /// <exception cref="BlobException">There is no such layer.</exception>
        public CompiledLayer Layer(int field)
        {
            if (_model.Layers == null) Fail("slot", field, "the operator needs generated code; load the model by the class that was compiled with it");
            return _model.Layers[Range(field, "slot", 0, _model.Layers.Length - 1)];
        }

        /// <summary>Multiplies two sizes, refusing what no arena or blob could hold.</summary>
        /// <param name="a">Zero or more.</param>
        /// <param name="b">Zero or more.</param>
        /// <returns>The product.</returns>
        /// <exception cref="BlobException">The product is beyond 2^30.</exception>
        public int Product(int a, int b)
        {
            long product = (long)a * b;
            if (product > 1 << 30) Fail("shape", Record.Fields, "a size of " + product.ToString() + " elements cannot be held");
            return (int)product;
        }

        /// <summary>The element type of an operand.</summary>
        /// <param name="field">The operand's position in the record.</param>
        /// <param name="name">Its name for the message.</param>
        /// <returns>Its type.</returns>
        /// <exception cref="BlobException">The operand is no tensor.</exception>
        public TensorType TypeOf(int field, string name)
        {
            return BlobFormat.TypeOf(_words, Entry(field, name));
        }

        /// <summary>The element type of an operand that holds data, which scratch does not.</summary>
        /// <param name="field">The operand's position in the record.</param>
        /// <param name="name">Its name for the message.</param>
        /// <returns>Its type.</returns>
        /// <exception cref="BlobException">The operand is no tensor, or scratch.</exception>
        public TensorType DataTypeOf(int field, string name)
        {
            TensorType type = TypeOf(field, name);
            if (type == TensorType.Int64 || type == TensorType.Tile) Fail(name, field, "scratch cannot hold data");
            return type;
        }

        /// <summary>Declares that the kernel reads the first <paramref name="count"/> elements of a tensor.</summary>
        /// <param name="field">The operand's position in the record.</param>
        /// <param name="name">Its name for the message.</param>
        /// <param name="type">The type it must have.</param>
        /// <param name="count">Elements read.</param>
        /// <exception cref="BlobException">The tensor is of another type, too small, or holds no value here.</exception>
        public void Read(int field, string name, TensorType type, int count)
        {
            int entry = Operand(field, name, type, count);
            DemandValue(entry, field, name, count);
            Declare(entry, field);
        }

        /// <summary>Declares that the kernel reads and changes a tensor, as it does with its state.</summary>
        /// <param name="field">The operand's position in the record.</param>
        /// <param name="name">Its name for the message.</param>
        /// <param name="type">The type it must have.</param>
        /// <param name="count">Elements used.</param>
        /// <exception cref="BlobException">The tensor does not fit, holds no value, or overlaps another operand.</exception>
        public void Update(int field, string name, TensorType type, int count)
        {
            int entry = Operand(field, name, type, count);
            DemandValue(entry, field, name, count);
            Overwrite(entry, field, name, 0, count, Record.None, Record.None);
        }

        /// <summary>Declares that the kernel writes the first <paramref name="count"/> elements of the record's output.</summary>
        /// <param name="type">The type it must have.</param>
        /// <param name="count">Elements written.</param>
        /// <exception cref="BlobException">The tensor does not fit or overlaps another operand.</exception>
        public void Write(TensorType type, int count)
        {
            WriteInPlaceOfEither(type, count, Record.None, Record.None);
        }

        /// <summary>
        /// Declares that the kernel writes a part of the record's output, here and there. The tensor holds a value once as
        /// many elements as it has were written.
        /// </summary>
        /// <param name="type">The type it must have.</param>
        /// <param name="extent">One more than the last element that may be written.</param>
        /// <param name="first">The first element written where all lie side by side, else <see cref="Record.None"/>.</param>
        /// <param name="moved">Number of elements written.</param>
        /// <param name="source">Position of the operand that may start where the output starts, or <see cref="Record.None"/>.</param>
        /// <exception cref="BlobException">The tensor does not fit or overlaps another operand.</exception>
        public void WritePart(TensorType type, int extent, int first, int moved, int source)
        {
            Overwrite(Operand(Record.Output, OutputName, type, extent), Record.Output, OutputName, first, moved, source, Record.None);
        }

        /// <summary>
        /// Declares that the kernel writes the record's output, and that the output may take the place of an operand:
        /// it then starts where that operand starts.
        /// </summary>
        /// <param name="type">The type it must have.</param>
        /// <param name="count">Elements written.</param>
        /// <param name="source">The operand's position in the record.</param>
        /// <exception cref="BlobException">The tensor does not fit or overlaps another operand.</exception>
        public void WriteInPlace(TensorType type, int count, int source)
        {
            WriteInPlaceOfEither(type, count, source, Record.None);
        }

        /// <summary>As <see cref="WriteInPlace"/>, where the output may take the place of either of two operands.</summary>
        /// <param name="type">The type it must have.</param>
        /// <param name="count">Elements written.</param>
        /// <param name="source">An operand's position in the record, or <see cref="Record.None"/>.</param>
        /// <param name="other">Another operand's position in the record, or <see cref="Record.None"/>.</param>
        /// <exception cref="BlobException">The tensor does not fit or overlaps another operand.</exception>
        public void WriteInPlaceOfEither(TensorType type, int count, int source, int other)
        {
            Overwrite(Operand(Record.Output, OutputName, type, count), Record.Output, OutputName, 0, count, source, other);
        }

        /// <summary>Declares scratch: what the kernel writes and reads within one unit only.</summary>
        /// <param name="field">The operand's position in the record.</param>
        /// <param name="name">Its name for the message.</param>
        /// <param name="type">The type it must have.</param>
        /// <param name="count">Elements used.</param>
        /// <exception cref="BlobException">The tensor does not fit or overlaps another operand.</exception>
        public void Scratch(int field, string name, TensorType type, int count)
        {
            Overwrite(Operand(field, name, type, count), field, name, 0, 0, Record.None, Record.None);
        }

        /// <summary>
        /// Demands that 8-bit constants lie within the bytes section, the tail excluded; where weights are streamed, within
        /// the weight buffer, and that they have been loaded there.
        /// </summary>
        /// <param name="field">Position of the field that holds the first constant's offset.</param>
        /// <param name="name">Its name for the message.</param>
        /// <param name="count">Constants used.</param>
        /// <exception cref="BlobException">They do not.</exception>
        public void Bytes(int field, string name, int count)
        {
            if (!_model.StreamsWeights)
            {
                Within(field, name, 0, count, _model.Header[BlobFormat.ByteCountWord] - BlobFormat.BytesTail, sizeof(byte));
            }
            else if (count < 0 || _loaded == null || !_loaded.Use(Word(field), count))
            {
                Fail(name, field, count.ToString() + " constants from " + Word(field).ToString() + " on have not been loaded into the weight buffer");
            }
        }

        /// <summary>Demands 8-bit constants as <see cref="Bytes"/> does, where a kernel relies on their values: they must be loaded with the model.</summary>
        /// <param name="field">Position of the field that holds the first constant's offset.</param>
        /// <param name="name">Its name for the message.</param>
        /// <param name="count">Constants used.</param>
        /// <returns>The array that holds them, plus 128 each, from <see cref="FirstByte"/> on.</returns>
        /// <exception cref="BlobException">They are not there, or may be overwritten while the model runs.</exception>
        public byte[] LoadedBytes(int field, string name, int count)
        {
            if (_model.StreamsWeights) Fail(name, field, "the operator relies on the values of its weights, which cannot be read while the model runs");
            Bytes(field, name, count);
            return _model.Bytes;
        }

        /// <summary>Where 8-bit constants lie in the array that holds them.</summary>
        /// <param name="field">Position of the field that holds the first constant's offset.</param>
        /// <returns>The first one's index.</returns>
        public int FirstByte(int field)
        {
            return _model.BytesStart + Word(field);
        }

        /// <summary>A word of a table.</summary>
        /// <param name="position">Its position in <see cref="Model.Words"/>.</param>
        /// <returns>The word.</returns>
        public int TableWord(int position)
        {
            return _words[position];
        }

        /// <summary>Declares that 8-bit constants are read into the weight buffer.</summary>
        /// <param name="source">Position of the field that holds the first constant's offset in the bytes section.</param>
        /// <param name="sourceName">Its name for the message.</param>
        /// <param name="target">Position of the field that holds its offset in the weight buffer.</param>
        /// <param name="targetName">Its name for the message.</param>
        /// <param name="count">Constants read.</param>
        /// <exception cref="BlobException">They do not lie within the section or the buffer, or take the place of others that are still needed.</exception>
        public void Load(int source, string sourceName, int target, string targetName, int count)
        {
            Within(source, sourceName, 0, count, _model.Header[BlobFormat.ByteCountWord] - BlobFormat.BytesTail, sizeof(byte));
            int room = _model.Header[BlobFormat.WeightBufferWord] - BlobFormat.BytesTail - count;
            int start = Word(target);
            if (start < 0 || start > room) Fail(targetName, target, count.ToString() + " constants at " + start.ToString() + " do not lie within the weight buffer");
            if (_loaded == null) _loaded = NewLoads();
            if (!_loaded.Load(start, count)) Fail(targetName, target, "it takes the place of weights that the next inference needs");
        }

        /// <summary>Declares that tables are read into their buffer, and reads them, so that what follows can be proven of them.</summary>
        /// <param name="source">Position of the field that holds the first byte's offset in the bytes section.</param>
        /// <param name="sourceName">Its name for the message.</param>
        /// <param name="target">Position of the field that holds the first word's position in <see cref="Model.Words"/>.</param>
        /// <param name="targetName">Its name for the message.</param>
        /// <param name="count">Words read.</param>
        /// <exception cref="BlobException">They do not lie within the section or the buffer, or take the place of others that are still needed.</exception>
        public void LoadTables(int source, string sourceName, int target, string targetName, int count)
        {
            Within(source, sourceName, 0, 4 * count, _model.Header[BlobFormat.ByteCountWord] - BlobFormat.BytesTail, sizeof(byte));
            int start = Word(target);
            if (start < _model.Header[BlobFormat.WordCountWord] || start > _words.Length - count) Fail(targetName, target, count.ToString() + " words at " + start.ToString() + " do not lie within the table buffer");
            if (_loadedTables == null) _loadedTables = NewLoads();
            if (!_loadedTables.Load(start, count)) Fail(targetName, target, "it takes the place of tables that the next inference needs");
            for (int done = 0; done < count; done += Kernels.LoadTables.Chunk)
            {
                int rest = count - done;
                _model.ReadTables(Word(source) + (4 * done), start + done, rest < Kernels.LoadTables.Chunk ? rest : Kernels.LoadTables.Chunk);
            }
        }

        /// <summary>What was loaded until now stays from one inference to the next.</summary>
        internal void BeginInference()
        {
            _inference = true;
            if (_loaded != null) _loaded.BeginInference();
            if (_loadedTables != null) _loadedTables.BeginInference();
        }

        private LoadedWeights NewLoads()
        {
            LoadedWeights loads = new LoadedWeights(_model.OperatorCount + _model.Header[BlobFormat.ResetCountWord]);
            if (_inference) loads.BeginInference();
            return loads;
        }

        /// <summary>Demands that 16-bit constants lie within the halves section.</summary>
        /// <param name="field">Position of the field that holds the first constant's index.</param>
        /// <param name="name">Its name for the message.</param>
        /// <param name="count">Constants used.</param>
        /// <exception cref="BlobException">They do not.</exception>
        public void Halves(int field, string name, int count)
        {
            Within(field, name, 0, count, _model.Header[BlobFormat.HalfCountWord], sizeof(short));
        }

        /// <summary>
        /// Demands that a table of 32-bit constants lies within the words section, behind the records, or in the buffer behind the
        /// section, and that it has been loaded there.
        /// </summary>
        /// <param name="field">Position of the field that holds the table's position.</param>
        /// <param name="name">Its name for the message.</param>
        /// <param name="count">Words used.</param>
        /// <returns>The table's position in <see cref="Model.Words"/>.</returns>
        /// <exception cref="BlobException">It does not.</exception>
        public int Table(int field, string name, int count)
        {
            _tableField = field;
            int end = _model.Header[BlobFormat.WordCountWord];
            if (Word(field) < end)
            {
                Within(field, name, _model.Tables, count, end, sizeof(int));
            }
            else if (count < 0 || _loadedTables == null || !_loadedTables.Use(Word(field), count))
            {
                Fail(name, field, count.ToString() + " constants from " + Word(field).ToString() + " on have not been loaded into the table buffer");
            }

            return Word(field);
        }

        /// <summary>Demands that every word of a table lies in a range.</summary>
        /// <param name="name">The table's name for the message.</param>
        /// <param name="first">Position of the first word in <see cref="Model.Words"/>.</param>
        /// <param name="step">Distance from one word to the next.</param>
        /// <param name="count">Number of words.</param>
        /// <param name="minimum">Smallest value allowed.</param>
        /// <param name="maximum">Largest value allowed.</param>
        /// <exception cref="BlobException">A value is out of range.</exception>
        public void TableRange(string name, int first, int step, int count, int minimum, int maximum)
        {
            for (int i = 0; i < count; i++)
            {
                int position = first + (i * step);
                int value = _words[position];
                if (value < minimum || value > maximum)
                {
                    // A table in the buffer has no position of its own in the words section.
                    Fail(name, position < _model.Header[BlobFormat.WordCountWord] ? position - _record : _tableField, value.ToString() + " is not in " + minimum.ToString() + " to " + maximum.ToString());
                }
            }
        }

        /// <summary>Refuses the record.</summary>
        /// <param name="name">Name of the field.</param>
        /// <param name="field">Its position in the record.</param>
        /// <param name="reason">What is wrong, as a sentence without its full stop.</param>
        /// <exception cref="BlobException">Always.</exception>
        public void Fail(string name, int field, string reason)
        {
            throw new BlobException(reason, SubjectName(), name, BlobFormat.HeaderBytes + ((_record + field) * 4));
        }

        /// <summary>Turns to another part of the words section.</summary>
        /// <param name="position">Where it begins.</param>
        /// <param name="subject">What it is, for messages.</param>
        /// <param name="index">Which one it is.</param>
        /// <param name="kernel">The kernel of a record, else null.</param>
        internal void Begin(int position, string subject, int index, Kernel kernel)
        {
            _record = position;
            _subject = subject;
            _index = index;
            _kernel = kernel;
            _operandCount = 0;
        }

        /// <summary>Demands that a field is the position of a tensor entry.</summary>
        internal int Entry(int field, string name)
        {
            int entry = Word(field);
            if (entry < 0 || entry >= _values.End || entry % BlobFormat.TensorWords != 0) Fail(name, field, entry.ToString() + " is not the position of a tensor");
            return entry;
        }

        private string SubjectName()
        {
            string name = _subject + " " + _index.ToString();
            return _kernel == null ? name : name + " (" + _kernel.Name + ")";
        }

        private int Operand(int field, string name, TensorType type, int count)
        {
            int entry = Entry(field, name);
            if (BlobFormat.TypeOf(_words, entry) != type) Fail(name, field, "the tensor does not have the element type that the operator takes");
            if (count < 1 || count > _words[entry + BlobFormat.TensorCount])
            {
                Fail(name, field, "the operator uses " + count.ToString() + " elements, the tensor has " + _words[entry + BlobFormat.TensorCount].ToString());
            }

            return entry;
        }

        private void DemandValue(int entry, int field, string name, int count)
        {
            if (!_values.Holds(entry, count)) Fail(name, field, "the tensor holds no value here, or another tensor has overwritten it");
        }

        private void Declare(int entry, int field)
        {
            if (_observer != null) _observer.OnTensor(_record, entry);
            _operands[_operandCount] = entry;
            _operandFields[_operandCount] = field;
            _operandCount++;
        }

        /// <summary>Only an operand whose field allows it may lie where the output lies, and only from the same element on.</summary>
        private void Overwrite(int entry, int field, string name, int first, int written, int inPlace, int otherInPlace)
        {
            for (int i = 0; i < _operandCount; i++)
            {
                int operand = _operands[i];
                bool allowed = (_operandFields[i] == inPlace || _operandFields[i] == otherInPlace)
                    && _words[operand + BlobFormat.TensorOffset] == _words[entry + BlobFormat.TensorOffset];
                if (!allowed && _values.Overlap(entry, operand)) Fail(name, field, "it overlaps another operand of the operator");
            }

            _values.Write(entry, first, written);
            Declare(entry, field);
        }

        private void Within(int field, string name, int first, int count, int end, int width)
        {
            int start = Word(field);
            if (start < first || count < 0 || start > end || count > end - start)
            {
                Fail(name, field, count.ToString() + " constants from " + start.ToString() + " on do not lie within their section");
            }

            if (_observer != null) _observer.OnConstants(_record, width, start, count);
        }
    }
}
