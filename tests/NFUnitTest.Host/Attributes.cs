using System;
using Xunit;
using Xunit.Sdk;

namespace nanoFramework.TestFramework
{
    /// <summary>Marks a class of tests.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class TestClassAttribute : Attribute
    {
    }

    /// <summary>Marks a test; <see cref="DeviceTestDiscoverer"/> finds it.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    [XunitTestCaseDiscoverer("nanoFramework.TestFramework.DeviceTestDiscoverer", "NFUnitTest.Host")]
    public sealed class TestMethodAttribute : FactAttribute
    {
    }

    /// <summary>Arguments of one run of a test.</summary>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    public sealed class DataRowAttribute : Attribute
    {
        /// <summary>Takes the arguments.</summary>
        /// <param name="methodParameters">The arguments, in order.</param>
        public DataRowAttribute(params object[] methodParameters)
        {
            MethodParameters = methodParameters;
        }

        /// <summary>The arguments, in order.</summary>
        public object[] MethodParameters { get; }
    }

    /// <summary>Marks what runs before the tests of a class.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class SetupAttribute : Attribute
    {
    }
}
