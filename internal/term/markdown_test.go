package term

import (
	"slices"
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
	parts := splitCode("before\n~~~~ go x\n```\ninner\n~~~\n~~~~\n- item\n  ```\n  in the list\n  ```\n```\nunclosed\n")
	require.Len(t, parts, 4)
	assert.Equal(t, part{text: "before\n"}, parts[0])
	assert.Equal(t, part{text: "```\ninner\n~~~\n", code: true, language: "go"}, parts[1])
	assert.Contains(t, parts[2].text, "in the list")
	assert.Equal(t, part{text: "unclosed\n", code: true}, parts[3])
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

func TestAnIndentedBlockIsCodeUnlessItIsInAList(t *testing.T) {
	parts := splitCode("words\n    go on\n\n    one\n\n      two\nafter\n\n- item\n\n    of the list\n\nend\n\n    code\n")
	require.Len(t, parts, 4)
	assert.Equal(t, "words\n    go on\n\n", parts[0].text)
	assert.Equal(t, part{text: "one\n\n  two\n", code: true}, parts[1])
	assert.Contains(t, parts[2].text, "of the list")
	assert.Equal(t, part{text: "code\n", code: true}, parts[3])

	s, _, _ := Test("")
	command := "python3 -c \"import socket as s; t=s.socket(); t.bind(('127.0.0.1',0)); print(t.getsockname())\""
	out, err := Markdown(s, "This:\n\n    "+command+"\n\nprints something.\n", 60)
	require.NoError(t, err)
	assert.Contains(t, out, "\n  "+command+"\n")
}

func TestWordsFillTheLines(t *testing.T) {
	s, _, _ := Test("")
	words := "SYN-SENT 10-20 `--lang` the server's end comes out of CLOSE-WAIT and goes on, "
	for _, text := range []string{strings.Repeat(words, 6), "- " + strings.Repeat(words, 3) + "\n  " + strings.Repeat(words, 3)} {
		for width := 40; width <= 100; width++ {
			out, err := Markdown(s, text, width)
			require.NoError(t, err)
			lines := strings.Split(strings.TrimRight(out, "\n"), "\n")
			for i, line := range lines[:len(lines)-1] {
				next := strings.Fields(lines[i+1])[0]
				assert.LessOrEqual(t, runewidth.StringWidth(line), width)
				assert.Greater(t, runewidth.StringWidth(line+" "+next), width-5, "%q could stand behind %q", next, line)
			}
			assert.NotContains(t, out, noBreak)
		}
	}
}

func TestNoWordIsBroken(t *testing.T) {
	words := "10.0.0.2 port 1,024: `10.0.0.0/26`, SYN-SENT (the end, as we know.) fe80::1%eth0.1, **so.** *a.b-c* \"x.\" .profile e.g.; and "
	links := "a [link](https://example.org/a-b.html), a bare https://www.example.org/a.b "
	table := "\n| a | b |\n|---|---|\n| 10.0.0.2:9007 | 1,024 |\n"
	for _, color := range []bool{false, true} {
		s, _, _ := Test("")
		s.Color = color
		for _, text := range []string{words, links, "- " + words + words, "1. " + words + "\n2. " + words, "> " + words} {
			whole, err := Markdown(s, text+"\n"+table, 2000)
			require.NoError(t, err)
			want := strings.Fields(ansiCode.ReplaceAllString(whole, ""))
			for width := 40; width <= 100; width++ {
				out, err := Markdown(s, text+"\n"+table, width)
				require.NoError(t, err)
				out = ansiCode.ReplaceAllString(out, "")
				require.Equal(t, withoutRules(want), withoutRules(strings.Fields(out)), "%d columns:\n%s", width, out)
				for _, stands := range []string{noBreak, noBreakDot, noBreakComma} {
					require.NotContains(t, out, stands)
				}
			}
		}
	}
}

// withoutRules leaves out the lines of tables and the marks of quotes, of which
// there are as many as there are lines.
func withoutRules(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return strings.Trim(w, "-─│┼|") == "" })
}
