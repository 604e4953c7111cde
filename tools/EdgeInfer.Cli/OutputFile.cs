namespace EdgeInfer.Cli;

/// <summary>Writes files whole or not at all.</summary>
internal static class OutputFile
{
    /// <summary>Writes a file beside its place and then moves it there, so that a failure leaves what was there before.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    /// <exception cref="CommandFailure">The file cannot be written.</exception>
    public static void Write(string path, byte[] content)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        catch (DirectoryNotFoundException)
        {
            throw new CommandFailure($"{path}: cannot be written, its folder does not exist. Create the folder or choose another place.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"{path}: cannot be written ({e.Message.TrimEnd('.')}). Choose another place.");
        }
        finally
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }
    }
}
