using EdgeInfer.Quantizer.Analysis;

namespace EdgeInfer.Quantizer.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("model/conv_1:0", "model/conv_1:0")]
    [InlineData("a b;c", "'a b;c'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("", "''")]
    public void A_shell_takes_a_word_for_what_it_is(string word, string quoted) => Assert.Equal(quoted, CommandLine.Quoted(word));
}
