namespace KeywordSpotting
{
    /// <summary>The files of Resources.resx, in the form in which the nanoFramework extension generates it.</summary>
    internal partial class Resources
    {
        private static System.Resources.ResourceManager manager;

        internal static System.Resources.ResourceManager ResourceManager
        {
            get
            {
                if (manager == null) manager = new System.Resources.ResourceManager("KeywordSpotting.Resources", typeof(Resources).Assembly);
                return manager;
            }
        }

        internal static byte[] GetBytes(BinaryResources id)
        {
            return (byte[])nanoFramework.Runtime.Native.ResourceUtility.GetObject(ResourceManager, id);
        }

        /// <summary>Each number is a hash of the name that the build computes, too.</summary>
        [System.Serializable]
        internal enum BinaryResources : short
        {
            keywords = -10179,
        }
    }
}
