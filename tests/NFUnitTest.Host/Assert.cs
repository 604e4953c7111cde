using System;

namespace nanoFramework.TestFramework
{
    /// <summary>The assertions that the device tests use, with the signatures of the device's test framework.</summary>
    public static class Assert
    {
        /// <summary>Demands equal numbers.</summary>
        public static void AreEqual(int expected, int actual, string message = "")
        {
            Xunit.Assert.True(expected == actual, $"{message} expected {expected}, found {actual}");
        }

        /// <summary>Demands equal numbers.</summary>
        public static void AreEqual(float expected, float actual, string message = "")
        {
            Xunit.Assert.True(expected.Equals(actual), $"{message} expected {expected}, found {actual}");
        }

        /// <summary>Demands equal texts.</summary>
        public static void AreEqual(string expected, string actual, string message = "")
        {
            Xunit.Assert.True(expected == actual, $"{message} expected '{expected}', found '{actual}'");
        }

        /// <summary>Demands one and the same object.</summary>
        public static void AreSame(object expected, object actual, string message = "")
        {
            Xunit.Assert.True(ReferenceEquals(expected, actual), message);
        }

        /// <summary>Demands an object.</summary>
        public static void IsNotNull(object value, string message = "")
        {
            Xunit.Assert.True(value != null, message);
        }

        /// <summary>Demands that a condition holds.</summary>
        public static void IsTrue(bool condition, string message = "")
        {
            Xunit.Assert.True(condition, message);
        }

        /// <summary>Demands that a condition does not hold.</summary>
        public static void IsFalse(bool condition, string message = "")
        {
            Xunit.Assert.False(condition, message);
        }

        /// <summary>Demands an exception of exactly one type.</summary>
        public static void ThrowsException(Type exception, Action action, string message = "")
        {
            _ = message;
            Xunit.Assert.Throws(exception, action);
        }
    }
}
