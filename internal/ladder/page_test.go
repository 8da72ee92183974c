package ladder

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestALineIsNotBrokenWithinAnEscape(t *testing.T) {
	assert.Equal(t, []string{`\x1b[31manna`, `\x1b[0m : hello`}, wrap(`\x1b[31manna\x1b[0m : hello`, 18))
	assert.Equal(t, []string{"12345678", `\u009b`}, wrap(`12345678\u009b`, 10))
	assert.Equal(t, []string{"1234567", `\n`}, wrap(`1234567\n`, 8))
	assert.Equal(t, []string{`\x1b[`, "31man", "na"}, wrap(`\x1b[31manna`, 5), "it is longer than the line")
}

func TestWrappingKeepsEveryCharacter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := escape(rapid.StringMatching(`([a-z\x{1b}\x{7}\\ ]|\x{1b}\[[0-9]{1,3}m|太){0,60}`).Draw(t, "text"), false)
		room := rapid.IntRange(2, 30).Draw(t, "room")
		lines := wrap(text, room)
		for _, l := range lines {
			assert.LessOrEqual(t, width(l), room)
		}
		assert.Equal(t, strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(strings.Join(lines, ""), " ", ""))
	})
}
