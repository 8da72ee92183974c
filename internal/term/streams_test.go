package term

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func pipes(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

func TestAPipeIsNoTerminal(t *testing.T) {
	r, w := pipes(t)
	s := System(r, w, w, func(string) string { return "" })
	assert.False(t, s.InTerminal || s.OutTerminal || s.ErrTerminal || s.Color)
	assert.Equal(t, 80, s.Width)
	assert.True(t, s.Dark)

	env := map[string]string{"COLUMNS": "132", "COLORFGBG": "0;15"}
	s = System(r, w, w, func(name string) string { return env[name] })
	assert.Equal(t, 132, s.Width)
	assert.False(t, s.Dark, "white is a light background")
}

func TestStatusIsForWatchersOnly(t *testing.T) {
	s, out, _ := Test("")
	s.Status("waiting")
	assert.Empty(t, out.String())
	s.OutTerminal, s.Width = true, 10
	s.Status("waiting for the server")
	assert.Equal(t, "\r\x1b[Kwaiting …", out.String())
}

func TestWhatCouldNotBeWrittenIsRemembered(t *testing.T) {
	r, w := pipes(t)
	s := System(r, w, w, func(string) string { return "" })
	s.Printf("heard\n")
	require.NoError(t, s.Failed())
	r.Close()
	s.Printf("lost\n")
	s.Printf("lost too\n")
	require.Error(t, s.Failed())
}

func TestAPagerIsNotStartedAfterCtrlC(t *testing.T) {
	s, out, _ := Test("")
	s.InTerminal, s.OutTerminal = true, true
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Page(ctx, "cat", "text\n"), context.Canceled)
	assert.Empty(t, out.String())
}

func TestPagesInAPipeAreWritten(t *testing.T) {
	s, out, _ := Test("")
	require.NoError(t, s.Page(t.Context(), "false", "text\n"))
	assert.Equal(t, "text\n", out.String())
}

func TestPagesGoThroughThePagerOnATerminal(t *testing.T) {
	s, out, _ := Test("")
	s.InTerminal, s.OutTerminal = true, true
	require.NoError(t, s.Page(t.Context(), "tr a-z A-Z", "text\n"))
	assert.Equal(t, "TEXT\n", out.String())
	require.NoError(t, s.Page(t.Context(), "no-such-pager", "plain\n"))
	assert.Equal(t, "TEXT\nplain\n", out.String())
}

func TestColourIsSaidInWordsToo(t *testing.T) {
	s, _, _ := Test("")
	assert.Equal(t, "failed", s.Bad("failed"))
	s.Color = true
	assert.Equal(t, "\x1b[31mfailed\x1b[0m", s.Bad("failed"))
	assert.Empty(t, s.Bad(""))
}

func TestWrappedLinesFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[a-z太白]{1,8}`)).Draw(t, "words")
		width := rapid.IntRange(20, 100).Draw(t, "width")
		out := Wrap(strings.Join(words, " "), width, "  ")
		for line := range strings.SplitSeq(out, "\n") {
			require.LessOrEqual(t, runewidth.StringWidth(line), width)
			require.True(t, strings.HasPrefix(line, "  "))
		}
		require.Equal(t, words, append([]string{}, strings.Fields(out)...))
	})
}

func TestWrapKeepsSpacesWithinALine(t *testing.T) {
	assert.Equal(t, "  8042  open, not\n  8042 open", Wrap("8042  open, not    8042 open", 20, "  "))
}
