package term

import (
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const ladder = "client │──SYN seq=0 win=64240 and much more than fits into forty columns──▶│ server"

func TestFencedBlocksAreNeverRewrapped(t *testing.T) {
	text := "# Title\n\nSome words that are long enough to be broken into two lines or three.\n\n" +
		"```text demo\n" + ladder + "\n   indented\n\n" + ladder + "\n```\n\nAfter.\n"
	for _, color := range []bool{false, true} {
		s, _, _ := Test("")
		s.Color = color
		out, err := Markdown(s, text, 40)
		require.NoError(t, err)
		assert.Contains(t, out, "\n  "+ladder+"\n     indented\n\n  "+ladder+"\n")
		assert.NotContains(t, out, "```")
		assert.NotContains(t, out, "demo")
		for _, line := range strings.Split(ansiCode.ReplaceAllString(out, ""), "\n") {
			if !strings.Contains(line, "SYN") {
				assert.LessOrEqual(t, runewidth.StringWidth(line), 40, "%q", line)
			}
		}
	}
}

func TestCodeIsHighlightedOnlyWhereThereIsColour(t *testing.T) {
	s, _, _ := Test("")
	code := "```go\nfunc main() { println(\"a very long line of code that is wider than forty columns are\") }\n```\n"
	plain, err := Markdown(s, code, 40)
	require.NoError(t, err)
	assert.NotContains(t, plain, "\x1b")
	s.Color = true
	colored, err := Markdown(s, code, 40)
	require.NoError(t, err)
	assert.Contains(t, colored, "\x1b[")
	assert.Equal(t, strings.TrimSpace(plain), strings.TrimSpace(ansiCode.ReplaceAllString(colored, "")))
}

func TestPlainTextHasNoMarksOfEmphasis(t *testing.T) {
	s, _, _ := Test("")
	out, err := Markdown(s, "A **bold** and *slanted* `word`.\n", 0)
	require.NoError(t, err)
	assert.Equal(t, "  A bold and slanted word.\n", out)
}

func TestFencesAreFoundAsMarkdownDefinesThem(t *testing.T) {
	parts := splitFences("before\n~~~~ go x\n```\ninner\n~~~\n~~~~\n- item\n  ```\n  in the list\n  ```\n```\nunclosed\n")
	require.Len(t, parts, 4)
	assert.Equal(t, part{text: "before\n"}, parts[0])
	assert.Equal(t, part{text: "```\ninner\n~~~\n", fenced: true, language: "go"}, parts[1])
	assert.Contains(t, parts[2].text, "in the list")
	assert.Equal(t, part{text: "unclosed\n", fenced: true}, parts[3])
}

func TestEveryLineOfABlockSurvives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		block := rapid.SliceOfN(rapid.StringMatching(`[a-z│▶ ]{0,120}x`), 1, 8).Draw(t, "block")
		s, _, _ := Test("")
		out, err := Markdown(s, "text\n\n```\n"+strings.Join(block, "\n")+"\n```\n", rapid.IntRange(0, 120).Draw(t, "width"))
		require.NoError(t, err)
		for _, line := range block {
			require.Contains(t, out, "  "+line+"\n")
		}
	})
}
