using System.Collections;

namespace nanoFramework.TestFramework
{
    /// <summary>The assertions about arrays; those of the same kind in the device's <c>Assert</c> are obsolete, and a device build takes that for an error.</summary>
    public static class CollectionAssert
    {
        /// <summary>Demands collections of equal elements.</summary>
        public static void AreEqual(ICollection expected, ICollection actual, string message = "")
        {
            _ = message;
            Xunit.Assert.Equal(expected, actual);
        }

        /// <summary>Demands collections that differ.</summary>
        public static void AreNotEqual(ICollection notExpected, ICollection actual, string message = "")
        {
            _ = message;
            Xunit.Assert.NotEqual(notExpected, actual);
        }
    }
}
