package ipaddresses

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

var (
	tableRow = regexp.MustCompile(`(?m)^\| ([\d.:]+) \| ([^|]*)\| ([^|]*)\| ([^|]*)\|$`)
	youAre   = regexp.MustCompile(`you are (\S+)`)
)

// TestTheTableSaysWhoGotIn holds the table of the lesson against the recording,
// cell by cell.
func TestTheTableSaysWhoGotIn(t *testing.T) {
	f, err := os.Open("recording.jsonl")
	require.NoError(t, err)
	defer f.Close()
	run, err := trace.ReadJSON(f)
	require.NoError(t, err)

	text, err := os.ReadFile("lesson.md")
	require.NoError(t, err)
	var told [][]string
	for _, row := range tableRow.FindAllStringSubmatch(strings.ReplaceAll(string(text), "\r\n", "\n"), -1) {
		var cells []string
		for _, cell := range row[2:] {
			if cell = strings.TrimSpace(cell); cell != "" {
				cells = append(cells, cell)
			}
		}
		told = append(told, cells)
	}
	require.Len(t, told, len(acts))
	assert.Equal(t, told, callers(run))
}

// callers returns what came of the calls in each act: the address that the
// server saw, or "refused".
func callers(run []trace.Event) [][]string {
	var out [][]string
	printed := ""
	for _, e := range run {
		switch {
		case e.Act != nil:
			out = append(out, nil)
		case isClient(e) && e.Process.Exit == nil:
			printed = ""
		case e.Output != nil && (e.Output.Program == local || e.Output.Program == outside):
			printed += string(e.Output.Data)
		case isClient(e):
			outcome := "refused"
			if m := youAre.FindStringSubmatch(printed); m != nil {
				outcome = m[1]
			} else if !strings.Contains(printed, "refused") {
				outcome = "neither: " + printed
			}
			out[len(out)-1] = append(out[len(out)-1], outcome)
		}
	}
	return out
}
