using System;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace nanoFramework.TestFramework
{
    /// <summary>A device test on the host. What is marked as setup runs before it, on an instance of its own.</summary>
    public sealed class DeviceTestCase : XunitTestCase
    {
        /// <summary>Called when a test is deserialized.</summary>
        [Obsolete("Called by the de-serializer; should only be called by deriving classes for de-serialization purposes")]
        public DeviceTestCase()
        {
        }

        /// <summary>Creates the test.</summary>
        /// <param name="messages">Receives diagnostics.</param>
        /// <param name="display">How its name is shown.</param>
        /// <param name="options">How its name is shown.</param>
        /// <param name="method">The method.</param>
        /// <param name="arguments">Arguments, or null for none.</param>
        public DeviceTestCase(IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method, object[] arguments)
            : base(messages, display, options, method, arguments)
        {
        }

        /// <inheritdoc/>
        public override Task<RunSummary> RunAsync(
            IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments, ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource)
        {
            return new CaseRunner(this, messageBus, constructorArguments, aggregator, cancellationTokenSource).RunAsync();
        }

        private sealed class CaseRunner : XunitTestCaseRunner
        {
            public CaseRunner(DeviceTestCase test, IMessageBus bus, object[] constructorArguments, ExceptionAggregator aggregator, CancellationTokenSource cancellation)
                : base(test, test.DisplayName, test.SkipReason, constructorArguments, test.TestMethodArguments, bus, aggregator, cancellation)
            {
            }

            protected override XunitTestRunner CreateTestRunner(
                ITest test,
                IMessageBus messageBus,
                Type testClass,
                object[] constructorArguments,
                MethodInfo testMethod,
                object[] testMethodArguments,
                string skipReason,
                System.Collections.Generic.IReadOnlyList<BeforeAfterTestAttribute> beforeAfterAttributes,
                ExceptionAggregator aggregator,
                CancellationTokenSource cancellationTokenSource)
            {
                return new Runner(
                    test, messageBus, testClass, constructorArguments, testMethod, testMethodArguments, skipReason, beforeAfterAttributes, aggregator, cancellationTokenSource);
            }
        }

        private sealed class Runner : XunitTestRunner
        {
            public Runner(
                ITest test,
                IMessageBus messageBus,
                Type testClass,
                object[] constructorArguments,
                MethodInfo testMethod,
                object[] testMethodArguments,
                string skipReason,
                System.Collections.Generic.IReadOnlyList<BeforeAfterTestAttribute> beforeAfterAttributes,
                ExceptionAggregator aggregator,
                CancellationTokenSource cancellationTokenSource)
                : base(test, messageBus, testClass, constructorArguments, testMethod, testMethodArguments, skipReason, beforeAfterAttributes, aggregator, cancellationTokenSource)
            {
            }

            protected override Task<decimal> InvokeTestMethodAsync(ExceptionAggregator aggregator)
            {
                return new Invoker(Test, MessageBus, TestClass, ConstructorArguments, TestMethod, TestMethodArguments, BeforeAfterAttributes, aggregator, CancellationTokenSource).RunAsync();
            }
        }

        private sealed class Invoker : XunitTestInvoker
        {
            public Invoker(
                ITest test,
                IMessageBus messageBus,
                Type testClass,
                object[] constructorArguments,
                MethodInfo testMethod,
                object[] testMethodArguments,
                System.Collections.Generic.IReadOnlyList<BeforeAfterTestAttribute> beforeAfterAttributes,
                ExceptionAggregator aggregator,
                CancellationTokenSource cancellationTokenSource)
                : base(test, messageBus, testClass, constructorArguments, testMethod, testMethodArguments, beforeAfterAttributes, aggregator, cancellationTokenSource)
            {
            }

            protected override object CallTestMethod(object testClassInstance)
            {
                foreach (MethodInfo setup in TestClass.GetMethods().Where(m => m.IsDefined(typeof(SetupAttribute), false))) setup.Invoke(testClassInstance, null);
                return base.CallTestMethod(testClassInstance);
            }
        }
    }
}
