namespace EdgeInfer
{
    /// <summary>
    /// Walks a blob's words section: tensor entries, inputs and outputs, the records of both programs. The records' own
    /// fields are left to their kernels, in the order in which they run.
    /// </summary>
    internal sealed class BlobVerifier
    {
        private readonly Model _model;
        private readonly int[] _words;
        private readonly TensorValues _values;
        private readonly Verifier _verifier;
        private readonly int _tensorEnd;
        private readonly int _end;

        public BlobVerifier(Model model, RecordObserver observer)
        {
            _model = model;
            _words = model.Words;
            _end = model.Header[BlobFormat.WordCountWord];
            int count = model.Header[BlobFormat.TensorCountWord];
            if (count > BlobFormat.MaximumTensors || count * BlobFormat.TensorWords > _end)
            {
                throw new BlobException(count.ToString() + " are too many", "header", "tensors", BlobFormat.TensorCountWord * 4);
            }

            _values = new TensorValues(_words, count);
            _verifier = new Verifier(model, _values, observer);
            _tensorEnd = _values.End;
        }

        /// <summary>Walks the tensor entries and the ports.</summary>
        /// <returns>Position of the reset program.</returns>
        public int VerifyTensorsAndPorts()
        {
            int[] ends = new int[(int)TensorType.Tile + 1];
            for (int entry = 0; entry < _tensorEnd; entry += BlobFormat.TensorWords)
            {
                _verifier.Begin(entry, "tensor", entry / BlobFormat.TensorWords, null);
                int kind = _words[entry + BlobFormat.TensorKind];
                int type = (int)BlobFormat.TypeOf(_words, entry);
                bool persistent = (kind & BlobFormat.PersistentFlag) != 0;
                bool known = kind == BlobFormat.KindOf((TensorType)type, persistent, (kind >> BlobFormat.WholeShift) - 1);
                if (kind < 0 || !known || type > (int)TensorType.Tile) _verifier.Fail("kind", BlobFormat.TensorKind, "there is no such element type");
                if (kind != type && type == (int)TensorType.Int64) _verifier.Fail("kind", BlobFormat.TensorKind, "scratch cannot be persistent or a part");
                if (type == (int)TensorType.Tile && kind >> BlobFormat.WholeShift != 0) _verifier.Fail("kind", BlobFormat.TensorKind, "scratch cannot be a part");
                int segment = BlobFormat.SegmentOf(_words, entry);
                int size = _model.Header[BlobFormat.ArenaWord + segment];
                int offset = _verifier.Range(BlobFormat.TensorOffset, "offset", 0, size);
                int count = _verifier.Range(BlobFormat.TensorCount, "count", 1, size - offset);
                if (offset + count > ends[segment]) ends[segment] = offset + count;
                VerifyPart(entry, persistent);
            }

            for (int segment = 0; segment < ends.Length; segment++)
            {
                int word = BlobFormat.ArenaWord + segment;
                if (ends[segment] != _model.Header[word]) throw new BlobException("the arena is larger than its tensors need", "header", "arena", word * 4);
            }

            int position = VerifyPorts(_tensorEnd, _model.Header[BlobFormat.InputCountWord], "input");
            return VerifyPorts(position, _model.Header[BlobFormat.OutputCountWord], "output");
        }

        /// <summary>Walks the records of a program: codes and lengths only.</summary>
        /// <returns>Position of the word behind the last record.</returns>
        public int VerifyProgram(int position, int countWord, string subject)
        {
            int count = _model.Header[countWord];
            if (count > BlobFormat.MaximumRecords) throw new BlobException(count.ToString() + " are too many", "header", subject + "s", countWord * 4);
            for (int i = 0; i < count; i++)
            {
                _verifier.Begin(position, subject, i, null);
                if (_end - position < Record.Fields) _verifier.Fail("record", 0, "the record reaches beyond the words section");
                int code = _words[position + Record.Code];
                if (!KernelCatalog.Contains(code)) _verifier.Fail("code", Record.Code, "operator code " + code.ToString() + " is unknown to this runtime");
                if (KernelCatalog.FindManaged(code) == null) _verifier.Fail("code", Record.Code, OperatorLibrary.Missing((OperatorCode)code));
                int length = _verifier.Range(Record.Length, "length", Record.Fields, _end - position);
                _verifier.Range(Record.Units, "units", 1, int.MaxValue);
                _verifier.Range(Record.Work, "work", 1, int.MaxValue);
                position += length;
            }

            return position;
        }

        /// <summary>Lets every record be proven, in the order in which they run.</summary>
        /// <remarks>It is always the managed kernel that proves: one that replaces it only computes.</remarks>
        public void VerifyRecords()
        {
            VerifyRecords(_model.ResetProgram, _model.Header[BlobFormat.ResetCountWord], "reset operator", true);
            DemandPersistent("after the reset program");
            int ports = GiveInputsTheirValues(_tensorEnd);
            _verifier.BeginInference();
            VerifyRecords(_model.MainProgram, _model.OperatorCount, "operator", false);
            DemandPersistent("after an inference");
            DemandOutputs(ports);
        }

        private void VerifyRecords(int position, int count, string subject, bool reset)
        {
            for (int i = 0; i < count; i++)
            {
                Kernel kernel = KernelCatalog.FindManaged(_words[position + Record.Code]);
                _verifier.Begin(position, subject, i, kernel);
                kernel.Verify(_verifier);
                int output = _words[position + Record.Output];
                if (reset && output != Record.None && (_words[output + BlobFormat.TensorKind] & BlobFormat.PersistentFlag) == 0)
                {
                    _verifier.Fail("output", Record.Output, "the reset program may only write persistent tensors");
                }

                position += _words[position + Record.Length];
            }
        }

        /// <summary>A part lies within a tensor of its own type before it, which has memory of its own and is no state.</summary>
        private void VerifyPart(int entry, bool persistent)
        {
            int whole = BlobFormat.WholeOf(_words, entry);
            if (whole == entry && _words[entry + BlobFormat.TensorKind] >> BlobFormat.WholeShift == 0) return;

            bool sound = whole < entry && BlobFormat.WholeOf(_words, whole) == whole && !persistent
                && _words[whole + BlobFormat.TensorKind] == (int)BlobFormat.TypeOf(_words, entry);
            int start = sound ? _words[entry + BlobFormat.TensorOffset] - _words[whole + BlobFormat.TensorOffset] : -1;
            if (start < 0 || start > _words[whole + BlobFormat.TensorCount] - _words[entry + BlobFormat.TensorCount])
            {
                _verifier.Fail("kind", BlobFormat.TensorKind, "the tensor is no part of tensor " + (whole / BlobFormat.TensorWords).ToString());
            }
        }

        private int VerifyPorts(int position, int count, string subject)
        {
            for (int i = 0; i < count; i++)
            {
                _verifier.Begin(position, subject, i, null);
                if (_end - position < BlobFormat.PortShape) _verifier.Fail("port", 0, "it reaches beyond the words section");
                _verifier.DataTypeOf(BlobFormat.PortTensor, "tensor");
                int entry = _words[position + BlobFormat.PortTensor];
                int rank = _verifier.Range(BlobFormat.PortRank, "rank", 0, BlobFormat.MaximumRank);
                if (_end - position < BlobFormat.PortShape + rank) _verifier.Fail("shape", BlobFormat.PortRank, "it reaches beyond the words section");
                int elements = 1;
                for (int d = 0; d < rank; d++) elements = _verifier.Product(elements, _verifier.Range(BlobFormat.PortShape + d, "shape", 1, int.MaxValue));
                if (elements != _words[entry + BlobFormat.TensorCount]) _verifier.Fail("shape", BlobFormat.PortShape, "it does not have as many elements as the tensor");
                position += BlobFormat.PortShape + rank;
            }

            return position;
        }

        private int GiveInputsTheirValues(int position)
        {
            int inputs = _model.Header[BlobFormat.InputCountWord];
            int end = position;
            for (int i = 0; i < inputs; i++)
            {
                int entry = _words[end + BlobFormat.PortTensor];
                _values.Write(entry, 0, _words[entry + BlobFormat.TensorCount]);
                end += BlobFormat.PortShape + _words[end + BlobFormat.PortRank];
            }

            DemandValues(position, inputs, "input", "another input overlaps it");
            return end;
        }

        private void DemandOutputs(int position)
        {
            DemandValues(position, _model.Header[BlobFormat.OutputCountWord], "output", "it holds no value at the end of an inference");
        }

        private void DemandValues(int position, int count, string subject, string reason)
        {
            for (int i = 0; i < count; i++)
            {
                _verifier.Begin(position, subject, i, null);
                if (!_values.Holds(_words[position + BlobFormat.PortTensor])) _verifier.Fail("tensor", BlobFormat.PortTensor, reason);
                position += BlobFormat.PortShape + _words[position + BlobFormat.PortRank];
            }
        }

        private void DemandPersistent(string when)
        {
            for (int entry = 0; entry < _tensorEnd; entry += BlobFormat.TensorWords)
            {
                bool persistent = (_words[entry + BlobFormat.TensorKind] & BlobFormat.PersistentFlag) != 0;
                if (!persistent || _values.Holds(entry)) continue;

                _verifier.Begin(entry, "tensor", entry / BlobFormat.TensorWords, null);
                _verifier.Fail("kind", BlobFormat.TensorKind, "this persistent tensor holds no value " + when);
            }
        }
    }
}
