package cli

import (
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/course"
)

func TestAnOptionIsChosenByLetterNumberOrWords(t *testing.T) {
	options := []course.Option{{Text: "Two"}, {Text: "2"}, {Text: "`Four`,\nthe last one."}, {Text: "Fortnight"}}
	for answer, want := range map[string]int{
		"a": 0, "A)": 0, "1": 0, "two": 0, "tw": 0,
		"2": 1, // the text of an option goes before its number
		"3": 2, "c": 2, "four, the last one": 2, "four": 2,
		"d.": 3, "4": 3,
		"fo": -1, "e": -1, "5": -1, "0": -1, "-1": -1, "five": -1, "": -1, ".": -1, "é": -1,
	} {
		assert.Equal(t, want, chosenOption(options, answer), "%q", answer)
	}
}

func TestAPredictionIsTheNumberInAnAnswer(t *testing.T) {
	for answer, want := range map[string]int{"8": 8, "8 frames": 8, "about 8.": 8, "Eight": 8, "eight frames": 8, "18": 18, "none": 0, "No frame.": 0, "'2'": 2, "-1": -1} {
		n, ok := numberIn(answer)
		assert.True(t, ok, "%q", answer)
		assert.Equal(t, want, n, "%q", answer)
	}
	for _, answer := range []string{"", "8 or 9", "8-9", "client", "a few", "99999999999999999999", "-"} {
		_, ok := numberIn(answer)
		assert.False(t, ok, "%q", answer)
	}
}

func FuzzAnswersNeverPanicNorRepaintTheTerminal(f *testing.F) {
	f.Add("a")
	f.Add("\x1b[2J")
	f.Add("太白")
	f.Add("\xff")
	options := []course.Option{{Text: "One"}, {Text: "Two"}}
	f.Fuzz(func(t *testing.T, answer string) {
		i := chosenOption(options, answer)
		require.True(t, i >= -1 && i < len(options))
		numberIn(answer)
		for _, r := range printable(answer) {
			require.True(t, unicode.IsGraphic(r), "%q is shown as %q", answer, printable(answer))
		}
	})
}

func TestAProbabilityIsAShareOrAPercentage(t *testing.T) {
	var p probability
	for text, want := range map[string]float64{"0": 0, "0.25": 0.25, "30%": 0.3, "100%": 1, "1": 1} {
		require.NoError(t, p.Set(text), text)
		assert.InDelta(t, want, float64(p), 1e-9)
	}
	for _, text := range []string{"", "%", "-1", "1.1", "101%", "NaN", "inf", "a"} {
		assert.Error(t, p.Set(text), text)
	}
}
