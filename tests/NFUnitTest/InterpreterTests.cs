using EdgeInfer;
using nanoFramework.TestFramework;

namespace NFUnitTest
{
    /// <summary>Steps, resets and what several interpreters of one model have to do with each other: nothing.</summary>
    [TestClass]
    public class InterpreterTests
    {
        private static Model s_network;
        private static Model s_stateful;

        [Setup]
        public void LoadModels()
        {
            s_network = Model.Load(Samples.Network);
            s_stateful = Model.Load(Samples.StateAndConstants);
        }

        [TestMethod]
        [DataRow(1)]
        [DataRow(7)]
        [DataRow(100)]
        [DataRow(5000)]
        [DataRow(int.MaxValue)]
        public void AnyBudgetGivesTheSame(int budget)
        {
            CollectionAssert.AreEqual(Samples.NetworkOutputs, SampleRun.Outputs(new Interpreter(s_network), budget));
        }

        [TestMethod]
        public void StepReturnsBetweenOperators()
        {
            Interpreter interpreter = new Interpreter(s_network);
            Assert.IsFalse(interpreter.Step(1));
            int steps = 1;
            while (!interpreter.Step(1)) steps++;
            Assert.IsTrue(steps >= s_network.OperatorCount - 1);
            Assert.AreEqual(0, interpreter.NextOperator);
        }

        [TestMethod]
        public void ResetForgetsTheState()
        {
            Interpreter interpreter = new Interpreter(s_stateful);
            CollectionAssert.AreEqual(Samples.StateAndConstantsOutputs, SampleRun.Outputs(interpreter, int.MaxValue));
            CollectionAssert.AreNotEqual(Samples.StateAndConstantsOutputs, SampleRun.Outputs(interpreter, int.MaxValue));
            interpreter.Step(1);
            interpreter.Reset();
            CollectionAssert.AreEqual(Samples.StateAndConstantsOutputs, SampleRun.Outputs(interpreter, int.MaxValue));
        }

        [TestMethod]
        public void InterpretersShareTheModelOnly()
        {
            Interpreter first = new Interpreter(s_stateful);
            Interpreter second = new Interpreter(s_stateful);
            SampleRun.Outputs(first, int.MaxValue);
            CollectionAssert.AreEqual(Samples.StateAndConstantsOutputs, SampleRun.Outputs(second, int.MaxValue));
            Assert.AreSame(first.Model, second.Model);
        }

        [TestMethod]
        public void InputsAndOutputsTellTheirShape()
        {
            Interpreter interpreter = new Interpreter(s_network);
            Assert.AreEqual(1, interpreter.InputCount);
            Assert.AreEqual(1, interpreter.OutputCount);
            CollectionAssert.AreEqual(new int[] { 1, 6, 5, 1 }, interpreter.Input(0).Shape);
            Assert.AreEqual(4, interpreter.Output(0).Count);
            Assert.AreEqual(0.1f, interpreter.Output(0).Scale);
            Assert.AreEqual(3, interpreter.Output(0).ZeroPoint);
        }
    }
}
