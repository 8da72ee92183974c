package ladder

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/learnnet/learnnet/internal/trace"
)

func act(n int, title string) trace.Event {
	return trace.Event{Kind: trace.KindAct, Act: &trace.Act{Number: n, Title: title}}
}

func TestAnActStandsOverAllColumns(t *testing.T) {
	for _, width := range []int{60, 80, 120} {
		drawn := draw(t, Options{Width: width}, act(1, "a perfect wire"), action("calls", ""))
		lines := strings.Split(drawn, "\n")
		assert.Regexp(t, `^ {8}── Act 1: a perfect wire ─+$`, lines[1])
		assert.Equal(t, cells.StringWidth(lines[1]), width)
	}
	long := draw(t, Options{Width: 60, ASCII: true}, act(2, strings.Repeat("words ", 20)))
	assert.Equal(t, 1, strings.Count(long, "Act 2:"))
	for line := range strings.Lines(long) {
		assert.LessOrEqual(t, len(line), 61)
	}
	assert.Equal(t, 20, strings.Count(long, "words"), "a long title goes on in the next line")
}

func TestPortsAreToldAgainInANewAct(t *testing.T) {
	events := recorded(t, "hello")
	once := strings.Count(draw(t, Options{Width: 80}, events...), "port 8898")
	var frame int
	for i, e := range events {
		if p, ok := new(trace.Decoder).Decode(e); ok && p.Protocol == "TCP" {
			frame = i
		}
	}
	with := append(append(append([]trace.Event(nil), events[:frame]...), act(2, "again")), events[frame:]...)
	assert.Equal(t, once+1, strings.Count(draw(t, Options{Width: 80}, with...), "port 8898"))
}

func TestDrawingsHaveAHeadingForAnAct(t *testing.T) {
	for form := range forms {
		assert.Contains(t, parse(t, written(t, form, Options{}, act(3, "a wire that loses"))).all(), "Act 3: a wire that loses", form)
	}
	assert.Contains(t, written(t, "html", Options{}, act(3, "x")), `<h3 class="act">`)
}
