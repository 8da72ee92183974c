package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-runewidth"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A screen is a learnnet that somebody watches in tmux.
type screen struct {
	t             *testing.T
	tmux          string
	env           []string
	columns, rows int
	status        string // the file that gets its exit status
}

// watches starts learnnet in tmux, in a window of that size.
func (l learner) watches(columns, rows int, args ...string) screen {
	l.t.Helper()
	tmux, err := exec.LookPath("tmux")
	if err != nil {
		l.t.Skip("tmux is not installed: no terminal to show it on")
	}
	// A socket's path must be short.
	sockets, err := os.MkdirTemp("", "tmux")
	require.NoError(l.t, err)
	s := screen{t: l.t, tmux: tmux, columns: columns, rows: rows, status: filepath.Join(l.t.TempDir(), "status")}
	s.env = slices.DeleteFunc(l.command().Env, func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains([]string{"COLUMNS", "LINES", "TMUX", "TMUX_PANE", "LANG", "LC_CTYPE"}, name)
	})
	s.env = append(s.env, "TMUX_TMPDIR="+sockets, "SHELL=/bin/sh", "TERM=xterm", "LC_ALL=C.UTF-8")
	l.t.Cleanup(func() {
		_, _ = s.command("kill-server").CombinedOutput() // it has ended, unless the test failed
		assert.NoError(l.t, os.RemoveAll(sockets))
	})
	line := fmt.Sprintf("'%s' %s; echo $? >'%s'", l.exe, strings.Join(args, " "), s.status)
	s.do("start-server", ";", "set-option", "-g", "status", "off", ";",
		"new-session", "-d", "-x", fmt.Sprint(columns), "-y", fmt.Sprint(rows), "-c", l.home, line)
	return s
}

func (s screen) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(s.t.Context(), s.tmux, append([]string{"-u", "-L", "learnnet", "-f", "/dev/null"}, args...)...)
	if s.t.Context().Err() != nil { // it cleans up
		cmd = exec.Command(cmd.Path, cmd.Args[1:]...)
	}
	cmd.Env = s.env
	return cmd
}

func (s screen) do(args ...string) string {
	s.t.Helper()
	out, err := s.command(args...).CombinedOutput()
	require.NoError(s.t, err, "tmux %s: %s", strings.Join(args, " "), out)
	return string(out)
}

// lines are what is on the screen. One that the terminal had to break is a
// single one here.
func (s screen) lines() []string {
	s.t.Helper()
	return strings.Split(strings.TrimSuffix(s.do("capture-pane", "-p", "-J"), "\n"), "\n")
}

// until waits until the screen is as wanted, and returns it.
func (s screen) until(what string, wanted func(screen string) bool) string {
	s.t.Helper()
	for end := time.Now().Add(processCap); ; time.Sleep(pollEvery) {
		shown := strings.Join(s.lines(), "\n")
		if wanted(shown) {
			return shown
		}
		if time.Now().After(end) {
			require.FailNowf(s.t, "waiting for the screen", "%s is never shown, but:\n%s", what, shown)
		}
	}
}

func TestARunIsSteppedThroughInTmux(t *testing.T) {
	if !haveCalls() {
		t.Skip("this machine does not show programs' calls: there is nothing to hold")
	}
	for _, size := range []struct{ columns, rows int }{{80, 24}, {120, 40}} {
		t.Run(fmt.Sprintf("%dx%d", size.columns, size.rows), func(t *testing.T) {
			l := newLearner(t)
			s := l.watches(size.columns, size.rows, "demo", "greeting", "--step")
			isHeld := func(shown string) bool {
				return strings.Contains(shown, "HELD: ") && strings.Contains(shown, "[held]") && strings.Contains(shown, "q quit")
			}
			shown := s.until("the held call", isHeld)
			s.fits(shown)
			for range 5 {
				before := shown
				s.do("send-keys", "Space")
				shown = s.until("the next that is held", func(shown string) bool { return shown != before && isHeld(shown) })
				s.fits(shown)
			}
			s.do("send-keys", "q")
			s.ends()
			l.nothingLeft()
		})
	}
}

// clientKeyboard is the mark of the pane that takes what the client's user types.
const clientKeyboard = "▸ client types:"

// focused returns the mark of the pane that has the focus; the ladder's is empty.
func focused(shown string) string {
	for _, mark := range []string{clientKeyboard, "▸ server types:", "─▸ sockets", "─▸"} {
		if strings.Contains(shown, mark) {
			return mark
		}
	}
	return ""
}

func TestADemoLeavesTheTalkingToWhoTypesInTmux(t *testing.T) {
	l := newLearner(t)
	s := l.watches(80, 24, "demo", "greeting", "--talk")
	s.until("the program", func(shown string) bool { return strings.Contains(shown, "starts") })
	left := "none yet" // the pane that Tab was pressed in last
	s.until("the client's keyboard", func(shown string) bool {
		pane := focused(shown)
		if pane != left && pane != clientKeyboard { // not before the last Tab is seen to have worked
			s.do("send-keys", "Tab")
			left = pane
		}
		return pane == clientKeyboard
	})
	s.do("send-keys", "-l", "太白")
	s.do("send-keys", "Enter")
	s.until("what the program makes of it", func(shown string) bool { return strings.Contains(shown, "heard 太白") })
	s.do("send-keys", "C-d")
	s.until("the end", func(shown string) bool { return strings.Contains(shown, "the run is over") })
	s.do("send-keys", "BTab")
	s.do("send-keys", "q")
	s.ends()
	l.nothingLeft()
}

// ends wants learnnet to have ended with status 0, and tmux with it.
func (s screen) ends() {
	s.t.Helper()
	var status []byte
	require.Eventually(s.t, func() bool { status, _ = os.ReadFile(s.status); return len(status) > 0 }, processCap, pollEvery)
	assert.Equal(s.t, "0\n", string(status))
	require.Eventually(s.t, func() bool { return s.command("has-session").Run() != nil }, processCap, pollEvery)
}

// fits wants what is shown to fill the screen, with no line broken.
func (s screen) fits(shown string) {
	s.t.Helper()
	lines := strings.Split(shown, "\n")
	require.Len(s.t, lines, s.rows, "%s", shown)
	for _, line := range lines {
		assert.LessOrEqual(s.t, runewidth.StringWidth(strings.TrimRight(line, " ")), s.columns, "%s", line)
	}
	title := strings.TrimRight(lines[0], " ")
	assert.True(s.t, strings.HasPrefix(title, "demo greeting"), "%s", shown)
	assert.Equal(s.t, s.columns, runewidth.StringWidth(title), "the title reaches from edge to edge: %s", title)
	keys := strings.Join(lines[s.rows-2:], "\n")
	assert.True(s.t, strings.HasPrefix(keys, "space "), "%s", shown)
	assert.Contains(s.t, keys, "q quit")
}
