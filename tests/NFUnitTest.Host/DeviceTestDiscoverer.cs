using System.Collections.Generic;
using System.Linq;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace nanoFramework.TestFramework
{
    /// <summary>Finds the tests of a device test class: one a method, or one a row of data.</summary>
    public sealed class DeviceTestDiscoverer : IXunitTestCaseDiscoverer
    {
        private readonly IMessageSink _messages;

        /// <summary>Creates the discoverer.</summary>
        /// <param name="messages">Receives diagnostics.</param>
        public DeviceTestDiscoverer(IMessageSink messages)
        {
            _messages = messages;
        }

        /// <inheritdoc/>
        public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute)
        {
            TestMethodDisplay display = discoveryOptions.MethodDisplayOrDefault();
            TestMethodDisplayOptions options = discoveryOptions.MethodDisplayOptionsOrDefault();
            List<IAttributeInfo> rows = testMethod.Method.GetCustomAttributes(typeof(DataRowAttribute)).ToList();
            if (rows.Count == 0) return new[] { new DeviceTestCase(_messages, display, options, testMethod, null) };
            return rows.Select(row => new DeviceTestCase(_messages, display, options, testMethod, row.GetNamedArgument<object[]>(nameof(DataRowAttribute.MethodParameters))));
        }
    }
}
