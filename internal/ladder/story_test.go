package ladder

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

func TestAStoryTellsItsChaptersAndOpensThoseThatMatter(t *testing.T) {
	hello := recorded(t, "hello")
	var b bytes.Buffer
	require.NoError(t, WriteStory(&b, Story{Facts: []string{"seed 7"}, Chapters: []Chapter{
		{Title: "all well", Closed: true, Events: slices.Values(hello)},
		{Title: "</h2><script>", Bad: true, Parts: []Part{{Heading: "Why", Lines: []string{"a\x1b[31mb", "c"}, Exact: true}}},
	}}, Options{Title: "two steps"}))
	page := b.String()
	m := parse(t, page)
	assert.Equal(t, 1, strings.Count(page, `<details class="chapter">`))
	assert.Equal(t, 1, strings.Count(page, `<details class="chapter" open="">`))
	assert.Equal(t, 1, m.elements["ol"], "a chapter without events has no ladder")
	assert.Contains(t, m.all(), "seed 7")
	assert.Contains(t, m.all(), "SYN seq=0")
	assert.Contains(t, m.all(), "</h2><script>")
	assert.Contains(t, m.all(), `a\x1b[31mb`)
	harmless(t, page)
}

func TestAnExcerptKeepsTheBeginningAndMoreOfTheEnd(t *testing.T) {
	var events []trace.Event
	for i := range 100 {
		events = append(events, at(i, action("does "+strings.Repeat("x", i+1)+".", "")))
	}
	var b bytes.Buffer
	require.NoError(t, WriteExcerpt(&b, events, Options{Width: 400}, 10))
	text := b.String()
	assert.Equal(t, 10, strings.Count(text, "does"))
	assert.Contains(t, text, "does x.")
	assert.Contains(t, text, "does xx.")
	assert.NotContains(t, text, "does xxx.")
	assert.Contains(t, text, "[90 rows left out]")
	assert.Contains(t, text, "does "+strings.Repeat("x", 93)+".")
	assert.Contains(t, text, "does "+strings.Repeat("x", 100)+".")

	b.Reset()
	require.NoError(t, WriteExcerpt(&b, events[:10], Options{Width: 400}, 10))
	assert.Equal(t, 10, strings.Count(b.String(), "does"))
	assert.NotContains(t, b.String(), "left out")
}

func TestAnExcerptKeepsBothEndsOfALongOutput(t *testing.T) {
	events := []trace.Event{at(1, action("connects.", ""))}
	for i := range 100 {
		events = append(events, at(2+i, printed(trace.Server, "server", trace.Stdout, fmt.Sprintf("line %d.\n", i))))
	}
	events = append(events, at(200, action("waits.", "")))
	var b bytes.Buffer
	require.NoError(t, WriteExcerpt(&b, events, Options{Width: 400}, 50))
	drawn := regexp.MustCompile(`line \d+\.|connects|waits|\[.*\]`).FindAllString(b.String(), -1)
	assert.Equal(t, []string{"connects", "line 0.", "line 1.", "line 2.", "[94 rows left out]", "line 97.", "line 98.", "line 99.", "waits"}, drawn)
}
