using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text;
using EdgeInfer.Quantizer.Calibration;

namespace EdgeInfer.Quantizer.Tests;

public sealed class RecipeFileTests
{
    /// <summary>All properties that a recipe is made of, the ones of tomorrow as well.</summary>
    public static TheoryData<string> Properties => [.. typeof(QuantizationRecipe).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is not null).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Properties))]
    public void Every_property_comes_back_as_it_was_written(string name)
    {
        QuantizationRecipe recipe = QuantizationRecipe.Default with { };
        PropertyInfo property = typeof(QuantizationRecipe).GetProperty(name)!;
        property.SetValue(recipe, Other(property, property.GetValue(recipe)));
        foreach (bool indented in new[] { false, true })
        {
            string text = new RecipeFile(recipe, ["a note"]).Write(indented);
            RecipeFile read = RecipeFile.Read(Encoding.UTF8.GetBytes(text), "recipe.json");
            Assert.Equal(["a note"], read.Notes);
            Assert.Equal(property.GetValue(recipe), property.GetValue(read.Recipe));
            Assert.NotEqual(property.GetValue(QuantizationRecipe.Default), property.GetValue(read.Recipe));
            Assert.Equal(text, read.Write(indented));
        }
    }

    [Fact]
    public void What_is_left_out_is_as_in_the_default_recipe() =>
        Assert.Equal(new RecipeFile(QuantizationRecipe.Default, []).Write(false), Read("// nothing\n{ /* nothing */ }").Write(false).Replace("// nothing\n", string.Empty, StringComparison.Ordinal));

    [Theory]
    [InlineData("{\n\"methode\": 1 }", "recipe.json, line 2: a recipe has no \"methode\". It has method, samples,")]
    [InlineData("{ \"method\": \"mean\" }", "recipe.json, line 1: \"method\" is one of \"min-max\", \"moving-average\", \"percentile\", \"entropy\", \"mse\", \"octav\", once.")]
    [InlineData("{ \"method\": 1 }", "\"method\" is one of \"min-max\"")]
    [InlineData("{\n\n\"samples\": 0 }", "recipe.json, line 3: \"samples\" is a whole number from 1 to 1000000, once.")]
    [InlineData("{ \"samples\": 1.5 }", "\"samples\" is a whole number from 1 to 1000000")]
    [InlineData("{ \"weightBits\": 2 }", "\"weightBits\" is 8 or 4")]
    [InlineData("{ \"equalize\": \"yes\" }", "\"equalize\" is true or false")]
    [InlineData("{ \"eightBitLayers\": \"conv\" }", "\"eightBitLayers\" is a list of names of layers")]
    [InlineData("{ \"eightBitLayers\": null }", "\"eightBitLayers\" is a list of names of layers")]
    [InlineData("{ \"eightBitLayers\": [1] }", "\"eightBitLayers\" is a list of names of layers")]
    [InlineData("{ \"equalize\": true, \"equalize\": false }", "\"equalize\" is true or false, once.")]
    [InlineData("{ \"summary\": \"\" }", "a recipe has no \"summary\"")]
    [InlineData("{ \"equalize\": true", "recipe.json, line 1: ")]
    [InlineData("null", "recipe.json: this is no recipe (there is no object). Write one with --save-recipe.")]
    [InlineData("[]", "this is no recipe")]
    [InlineData("", "this is no recipe")]
    public void What_is_no_recipe_is_refused_with_its_line(string text, string message)
    {
        string refusal = Assert.Throws<QuantizationException>(() => Read(text)).Message;
        Assert.Contains(message, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
    }

    private static RecipeFile Read(string text) => RecipeFile.Read(Encoding.UTF8.GetBytes(text), "recipe.json");

    /// <summary>Another value that is allowed.</summary>
    private static object Other(PropertyInfo property, object? value) => value switch
    {
        bool b => !b,
        CalibrationMethod => CalibrationMethod.Octav,
        IReadOnlySet<string> => new HashSet<string> { "second", "a first" },
        _ when property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed => allowed.Values.First(v => v is not null && !v.Equals(value))!,
        int number => number - 1,
        _ => throw new NotSupportedException($"{property.Name}: say here what else it may be."),
    };
}
