using System;

namespace EdgeInfer
{
    /// <summary>
    /// Runs a model. All memory is taken when the interpreter is created; inference allocates nothing.
    /// Inputs share their memory with later activations, so they are set before every inference.
    /// </summary>
    public sealed class Interpreter
    {
        private readonly Model _model;
        private readonly Arena _arena;
        private readonly Kernel[] _kernels;
        private readonly Tensor[] _inputs;
        private readonly Tensor[] _outputs;
        private int _record;
        private int _operator;
        private int _unit;

        /// <summary>Allocates the arena and resets the states.</summary>
        /// <param name="model">The model; it may be shared.</param>
        /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
        /// <exception cref="OutOfMemoryException">The arena does not fit into the heap; <see cref="Model.ArenaBytes"/> tells its size.</exception>
        public Interpreter(Model model)
        {
            if (model == null) throw new ArgumentNullException(nameof(model));

            _model = model;
            _kernels = model.Kernels;
            int[] header = model.Header;
            int[] sizes = new int[(int)TensorType.Tile + 1];
            Array.Copy(header, BlobFormat.ArenaWord, sizes, 0, sizes.Length);
            _arena = new Arena(sizes);
            int port = header[BlobFormat.TensorCountWord] * BlobFormat.TensorWords;
            _inputs = new Tensor[header[BlobFormat.InputCountWord]];
            port = CreateTensors(_inputs, port);
            _outputs = new Tensor[header[BlobFormat.OutputCountWord]];
            CreateTensors(_outputs, port);
            Reset();
        }

        /// <summary>The model that is run.</summary>
        public Model Model
        {
            get { return _model; }
        }

        /// <summary>The memory of this interpreter.</summary>
        public Arena Arena
        {
            get { return _arena; }
        }

        /// <summary>Number of inputs.</summary>
        public int InputCount
        {
            get { return _inputs.Length; }
        }

        /// <summary>Number of outputs.</summary>
        public int OutputCount
        {
            get { return _outputs.Length; }
        }

        /// <summary>Index of the operator that runs next, 0 before an inference begins.</summary>
        public int NextOperator
        {
            get { return _operator; }
        }

        /// <summary>An input, in the order of the graph.</summary>
        /// <param name="index">0 to <see cref="InputCount"/> - 1.</param>
        /// <returns>The tensor, the same object at every call.</returns>
        public Tensor Input(int index)
        {
            return _inputs[index];
        }

        /// <summary>An output, in the order of the graph. It holds its value until the next inference begins.</summary>
        /// <param name="index">0 to <see cref="OutputCount"/> - 1.</param>
        /// <returns>The tensor, the same object at every call.</returns>
        public Tensor Output(int index)
        {
            return _outputs[index];
        }

        /// <summary>Runs one whole inference, or finishes the one that <see cref="Step"/> has begun.</summary>
        public void Invoke()
        {
            while (!Step(int.MaxValue))
            {
            }
        }

        /// <summary>
        /// Runs a part of an inference, so that other work can be done in between. A layer is interrupted between
        /// its units, such as a block of positions of a convolution.
        /// </summary>
        /// <param name="budget">Multiply-accumulates (or elements moved) after which to return; at least one unit is run.</param>
        /// <returns>True when the inference is complete and the outputs can be read; the next call begins a new one.</returns>
        public bool Step(int budget)
        {
            if (budget < 1) budget = 1;
            int[] words = _model.Words;
            int count = _model.OperatorCount;
            int record = _record;
            if (_operator == 0 && _unit == 0) record = _model.MainProgram;
            if (_model.StreamsWeights && _model.WeightsOwner != this) ReadWeightsAgain(record);
            while (_operator < count)
            {
                // A kernel that reads weights may throw: the next call then runs it again.
                _record = record;
                Kernel kernel = _kernels[words[record]];
                int units = words[record + Record.Units];
                int work = words[record + Record.Work];
                int unit = _unit;
                int run = ((budget - 1) / work) + 1;
                if (run > units - unit) run = units - unit;
                kernel.Run(_model, _arena, record, unit, run);
                unit += run;
                budget -= run * work;

                if (unit < units)
                {
                    _unit = unit;
                    break;
                }

                _unit = 0;
                _operator++;
                record += words[record + Record.Length];
                if (budget <= 0) break;
            }

            _record = record;
            if (_operator < count) return false;

            _operator = 0;
            return true;
        }

        /// <summary>Forgets everything: states and constants of the arena are set anew, an inference under way is given up.</summary>
        public void Reset()
        {
            _operator = 0;
            _unit = 0;
            _model.WeightsOwner = null;
            int[] words = _model.Words;
            int record = _model.ResetProgram;
            while (record < _model.MainProgram)
            {
                _kernels[words[record]].Run(_model, _arena, record, 0, words[record + Record.Units]);
                record += words[record + Record.Length];
            }

            _model.WeightsOwner = this;
        }

        /// <summary>Another interpreter has used the buffer: everything that was read until now is read again.</summary>
        private void ReadWeightsAgain(int next)
        {
            _model.WeightsOwner = null;
            int[] words = _model.Words;
            for (int record = _model.ResetProgram; record <= next && record < _model.Tables; record += words[record + Record.Length])
            {
                int code = words[record + Record.Code];
                if (code != (int)OperatorCode.LoadWeights && code != (int)OperatorCode.LoadTables) continue;

                int units = record == next ? _unit : words[record + Record.Units];
                for (int unit = 0; unit < units; unit++) _kernels[code].Invoke(_model, _arena, record, unit);
            }

            _model.WeightsOwner = this;
        }

        private int CreateTensors(Tensor[] tensors, int port)
        {
            for (int i = 0; i < tensors.Length; i++)
            {
                tensors[i] = new Tensor(_model, _arena, port);
                port += BlobFormat.PortShape + tensors[i].Shape.Length;
            }

            return port;
        }
    }
}
