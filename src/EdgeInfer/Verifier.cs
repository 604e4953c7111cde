namespace EdgeInfer
{
    /// <summary>
    /// Proves, before anything runs, that no kernel can leave its tensors and constants. It walks the programs in
    /// order and keeps, for every tensor, whether it holds a value: writing one tensor takes the value of every
    /// other that overlaps it, and reading a tensor without a value is refused. That one rule covers overlapping
    /// lifetimes, missing states and in-place operators alike.
    /// </summary>
    /// <remarks>Kernels declare their reads before their writes.</remarks>
    public sealed class Verifier
    {
        private const int MaximumOperands = 16;

        private readonly Model _model;
        private readonly int[] _words;
        private readonly RecordObserver _observer;
        private readonly bool[] _holdsValue;
        private readonly int[] _operands = new int[MaximumOperands];
        private int _operandCount;
        private int _record;
        private int _index;
        private bool _inReset;
        private string _name = "words";

        internal Verifier(Model model, RecordObserver observer)
        {
            _model = model;
            _observer = observer;
            _words = model.Words;
            int count = model.Header[BlobFormat.TensorCountWord];
            if ((long)count * BlobFormat.TensorWords > _words.Length)
            {
                throw new BlobException("the tensor entries do not fit into the words section", "header", "tensors", BlobFormat.TensorCountWord * 4);
            }

            _holdsValue = new bool[count];
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

        /// <summary>Demands the number of units.</summary>
        /// <param name="units">What follows from the other fields.</param>
        /// <exception cref="BlobException">The record says otherwise.</exception>
        public void Units(int units)
        {
            if (Word(Record.Units) != units) Fail("units", Record.Units, Word(Record.Units).ToString() + " is not the " + units.ToString() + " that follow from the shapes");
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
            return KindOf(Entry(field, name));
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
            if (!_holdsValue[entry / BlobFormat.TensorWords]) Fail(name, field, "the tensor holds no value here, or another tensor has overwritten it");
            Declare(entry);
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
            if (!_holdsValue[entry / BlobFormat.TensorWords]) Fail(name, field, "the tensor holds no value here, or another tensor has overwritten it");
            Overwrite(entry, field, name, Record.None);
        }

        /// <summary>Declares that the kernel writes the record's output.</summary>
        /// <param name="type">The type it must have.</param>
        /// <param name="count">Elements written.</param>
        /// <exception cref="BlobException">The tensor does not fit or overlaps another operand.</exception>
        public void Write(TensorType type, int count)
        {
            Overwrite(Operand(Record.Output, "output", type, count), Record.Output, "output", Record.None);
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
            Overwrite(Operand(Record.Output, "output", type, count), Record.Output, "output", source);
        }

        /// <summary>As <see cref="WriteInPlace"/>, where the output may take the place of either of two operands.</summary>
        /// <param name="type">The type it must have.</param>
        /// <param name="count">Elements written.</param>
        /// <param name="source">An operand's position in the record, or <see cref="Record.None"/>.</param>
        /// <param name="other">Another operand's position in the record, or <see cref="Record.None"/>.</param>
        /// <exception cref="BlobException">The tensor does not fit or overlaps another operand.</exception>
        public void WriteInPlaceOfEither(TensorType type, int count, int source, int other)
        {
            int entry = Operand(Record.Output, "output", type, count);
            bool takesOther = other != Record.None && _words[Word(other) + BlobFormat.TensorOffset] == _words[entry + BlobFormat.TensorOffset];
            Overwrite(entry, Record.Output, "output", takesOther ? other : source);
        }

        /// <summary>Declares scratch: what the kernel writes and reads within one unit only.</summary>
        /// <param name="field">The operand's position in the record.</param>
        /// <param name="name">Its name for the message.</param>
        /// <param name="type">The type it must have.</param>
        /// <param name="count">Elements used.</param>
        /// <exception cref="BlobException">The tensor does not fit or overlaps another operand.</exception>
        public void Scratch(int field, string name, TensorType type, int count)
        {
            int entry = Operand(field, name, type, count);
            Overwrite(entry, field, name, Record.None);
            _holdsValue[entry / BlobFormat.TensorWords] = false;
        }

        /// <summary>Demands that 8-bit constants lie within the bytes section, the tail excluded.</summary>
        /// <param name="field">Position of the field that holds the first constant's offset.</param>
        /// <param name="name">Its name for the message.</param>
        /// <param name="count">Constants used.</param>
        /// <exception cref="BlobException">They do not.</exception>
        public void Bytes(int field, string name, int count)
        {
            Within(field, name, 0, count, _model.Header[BlobFormat.ByteCountWord] - BlobFormat.BytesTail, sizeof(byte));
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

        /// <summary>Demands that a table of 32-bit constants lies within the words section, behind the records.</summary>
        /// <param name="field">Position of the field that holds the table's position.</param>
        /// <param name="name">Its name for the message.</param>
        /// <param name="count">Words used.</param>
        /// <returns>The table's position in <see cref="Model.Words"/>.</returns>
        /// <exception cref="BlobException">It does not.</exception>
        public int Table(int field, string name, int count)
        {
            Within(field, name, _model.Tables, count, _words.Length, sizeof(int));
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
                int value = _words[first + (i * step)];
                if (value < minimum || value > maximum)
                {
                    Fail(name, first + (i * step) - _record, value.ToString() + " is not in " + minimum.ToString() + " to " + maximum.ToString());
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
            throw new BlobException(reason, _name, name, BlobFormat.HeaderBytes + ((_record + field) * 4));
        }

        /// <summary>Walks the tensor entries and the ports.</summary>
        /// <returns>Position of the reset program.</returns>
        internal int VerifyTensorsAndPorts()
        {
            int[] ends = new int[(int)TensorType.Tile + 1];
            int tensorEnd = _holdsValue.Length * BlobFormat.TensorWords;
            for (int entry = 0; entry < tensorEnd; entry += BlobFormat.TensorWords)
            {
                _record = entry;
                _name = "tensor " + (entry / BlobFormat.TensorWords).ToString();
                int kind = Word(BlobFormat.TensorKind) & ~BlobFormat.PersistentFlag;
                if (kind < 0 || kind > (int)TensorType.Tile) Fail("kind", BlobFormat.TensorKind, "there is no such element type");
                int segment = Segment(entry);
                int size = _model.Header[BlobFormat.ArenaWord + segment];
                int offset = Range(BlobFormat.TensorOffset, "offset", 0, size);
                int count = Range(BlobFormat.TensorCount, "count", 1, size - offset);
                if (offset + count > ends[segment]) ends[segment] = offset + count;
            }

            for (int segment = 0; segment < ends.Length; segment++)
            {
                int word = BlobFormat.ArenaWord + segment;
                if (ends[segment] != _model.Header[word])
                {
                    throw new BlobException("the arena is larger than its tensors need", "header", "arena", word * 4);
                }
            }

            int position = VerifyPorts(tensorEnd, _model.Header[BlobFormat.InputCountWord], "input ");
            return VerifyPorts(position, _model.Header[BlobFormat.OutputCountWord], "output ");
        }

        /// <summary>Walks the records of a program: codes and lengths only.</summary>
        /// <returns>Position of the word behind the last record.</returns>
        internal int VerifyProgram(int position, int count, bool reset)
        {
            for (int i = 0; i < count; i++)
            {
                _record = position;
                _name = (reset ? "reset operator " : "operator ") + i.ToString();
                if (_words.Length - position < Record.Fields) Fail("record", 0, "the record reaches beyond the words section");
                int code = Word(Record.Code);
                if (code >= 0 && code < KernelCatalog.Count && _model.Kernels[code] == null) _model.Kernels[code] = KernelCatalog.Find(code);
                if (code < 0 || code >= KernelCatalog.Count || _model.Kernels[code] == null) Fail("code", Record.Code, "operator code " + code.ToString() + " is unknown to this runtime");
                int length = Range(Record.Length, "length", Record.Fields, _words.Length - position);
                Range(Record.Units, "units", 1, int.MaxValue);
                Range(Record.Work, "work", 1, int.MaxValue);
                position += length;
            }

            return position;
        }

        /// <summary>Lets every kernel prove its records, in the order in which they run.</summary>
        internal void VerifyKernels()
        {
            VerifyKernels(_model.ResetProgram, _model.Header[BlobFormat.ResetCountWord], true);
            _inReset = false;
            DemandPersistent("after the reset program");
            int ports = _holdsValue.Length * BlobFormat.TensorWords;
            ports = MarkInputs(ports);
            VerifyKernels(_model.MainProgram, _model.OperatorCount, false);
            DemandPersistent("after an inference");
            DemandOutputs(ports);
        }

        private void VerifyKernels(int position, int count, bool reset)
        {
            _inReset = reset;
            for (int i = 0; i < count; i++)
            {
                _record = position;
                _index = i;
                _operandCount = 0;
                Kernel kernel = _model.Kernels[_words[position]];
                _name = (reset ? "reset operator " : "operator ") + _index.ToString() + " (" + kernel.Name + ")";
                kernel.Verify(this);
                position += _words[position + Record.Length];
            }
        }

        private int VerifyPorts(int position, int count, string name)
        {
            for (int i = 0; i < count; i++)
            {
                _record = position;
                _name = name + i.ToString();
                if (_words.Length - position < BlobFormat.PortShape) Fail("port", 0, "it reaches beyond the words section");
                int entry = Entry(BlobFormat.PortTensor, "tensor");
                TensorType type = KindOf(entry);
                if (type == TensorType.Int64 || type == TensorType.Tile) Fail("tensor", BlobFormat.PortTensor, "scratch cannot be an input or an output");
                int rank = Range(BlobFormat.PortRank, "rank", 0, BlobFormat.MaximumRank);
                position += BlobFormat.PortShape + rank;
                if (position > _words.Length) Fail("shape", BlobFormat.PortRank, "it reaches beyond the words section");
                int elements = 1;
                for (int d = 0; d < rank; d++) elements = Product(elements, Range(BlobFormat.PortShape + d, "shape", 1, int.MaxValue));
                if (elements != _words[entry + BlobFormat.TensorCount]) Fail("shape", BlobFormat.PortShape, "it does not have as many elements as the tensor");
            }

            return position;
        }

        private int MarkInputs(int position)
        {
            int inputs = _model.Header[BlobFormat.InputCountWord];
            for (int i = 0; i < inputs; i++)
            {
                _record = position;
                _name = "input " + i.ToString();
                _operandCount = 0;
                int entry = Word(BlobFormat.PortTensor);
                Overwrite(entry, BlobFormat.PortTensor, "tensor", Record.None);
                position += BlobFormat.PortShape + Word(BlobFormat.PortRank);
            }

            for (int p = _holdsValue.Length * BlobFormat.TensorWords, i = 0; i < inputs; i++)
            {
                _record = p;
                _name = "input " + i.ToString();
                if (!_holdsValue[Word(BlobFormat.PortTensor) / BlobFormat.TensorWords]) Fail("tensor", BlobFormat.PortTensor, "another input overlaps it");
                p += BlobFormat.PortShape + Word(BlobFormat.PortRank);
            }

            return position;
        }

        private void DemandOutputs(int position)
        {
            int outputs = _model.Header[BlobFormat.OutputCountWord];
            for (int i = 0; i < outputs; i++)
            {
                _record = position;
                _name = "output " + i.ToString();
                if (!_holdsValue[Word(BlobFormat.PortTensor) / BlobFormat.TensorWords]) Fail("tensor", BlobFormat.PortTensor, "it holds no value at the end of an inference");
                position += BlobFormat.PortShape + Word(BlobFormat.PortRank);
            }
        }

        private void DemandPersistent(string when)
        {
            for (int i = 0; i < _holdsValue.Length; i++)
            {
                _record = i * BlobFormat.TensorWords;
                _name = "tensor " + i.ToString();
                bool persistent = (Word(BlobFormat.TensorKind) & BlobFormat.PersistentFlag) != 0;
                if (persistent && !_holdsValue[i]) Fail("kind", BlobFormat.TensorKind, "this persistent tensor holds no value " + when);
            }
        }

        private int Entry(int field, string name)
        {
            int entry = Word(field);
            if (entry < 0 || entry >= _holdsValue.Length * BlobFormat.TensorWords || entry % BlobFormat.TensorWords != 0)
            {
                Fail(name, field, entry.ToString() + " is not the position of a tensor");
            }

            return entry;
        }

        private int Operand(int field, string name, TensorType type, int count)
        {
            int entry = Entry(field, name);
            if (KindOf(entry) != type) Fail(name, field, "the tensor does not have the element type that the operator takes");
            if (count < 1 || count > _words[entry + BlobFormat.TensorCount])
            {
                Fail(name, field, "the operator uses " + count.ToString() + " elements, the tensor has " + _words[entry + BlobFormat.TensorCount].ToString());
            }

            return entry;
        }

        private void Declare(int entry)
        {
            if (_observer != null) _observer.OnTensor(_record, entry);
            _operands[_operandCount] = entry;
            _operandCount++;
        }

        private void Overwrite(int entry, int field, string name, int inPlaceSource)
        {
            int replaced = inPlaceSource == Record.None ? Record.None : Word(inPlaceSource);
            for (int i = 0; i < _operandCount; i++)
            {
                int other = _operands[i];
                bool inPlace = other == replaced && _words[other + BlobFormat.TensorOffset] == _words[entry + BlobFormat.TensorOffset];
                if (!inPlace && Overlap(entry, other)) Fail(name, field, "it overlaps another operand of the operator");
            }

            for (int i = 0; i < _holdsValue.Length; i++)
            {
                if (_holdsValue[i] && Overlap(entry, i * BlobFormat.TensorWords)) _holdsValue[i] = false;
            }

            _holdsValue[entry / BlobFormat.TensorWords] = true;
            if (_inReset && (_words[entry] & BlobFormat.PersistentFlag) == 0) Fail(name, field, "the reset program may only write persistent tensors");
            Declare(entry);
        }

        private bool Overlap(int a, int b)
        {
            if (Segment(a) != Segment(b)) return false;
            int startA = _words[a + BlobFormat.TensorOffset];
            int startB = _words[b + BlobFormat.TensorOffset];
            return startA < startB + _words[b + BlobFormat.TensorCount] && startB < startA + _words[a + BlobFormat.TensorCount];
        }

        private TensorType KindOf(int entry)
        {
            return (TensorType)(_words[entry + BlobFormat.TensorKind] & ~BlobFormat.PersistentFlag);
        }

        private int Segment(int entry)
        {
            TensorType type = KindOf(entry);
            return (int)(type == TensorType.UInt8 ? TensorType.Int8 : type);
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
