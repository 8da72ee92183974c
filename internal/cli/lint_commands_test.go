//go:build unix

package cli

import (
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/course"
)

// proveQuoted proves the commands of a lesson with that text.
func proveQuoted(t *testing.T, text string) error {
	t.Helper()
	c, err := course.Load(scriptCourse())
	require.NoError(t, err)
	l := *c.Topics[0]
	l.Text = text
	return proveCommands(t.Context(), &l)
}

// needCommands skips where the programs are missing that lessons quote, and go,
// for a workspace.
func needCommands(t *testing.T) {
	t.Helper()
	for _, program := range []string{"python3", "curl", "go"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("a program is missing here: ", err)
		}
	}
}

// freePort returns a port of 127.0.0.1 that nobody has.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func TestQuotedCommandsAreRunWhileWhatServesIsUp(t *testing.T) {
	needCommands(t)
	page, files := freePort(t), freePort(t)
	require.NoError(t, proveQuoted(t, fmt.Sprintf("    echo 'my work' > notes.txt\n\nThen\n\n    python3 -m http.server %d --bind 127.0.0.1\n"+
		"    curl -f http://127.0.0.1:%[1]d/notes.txt   # it is kept up\n\n```sh\npython3 -c \"raise OSError\"\ncurl -f http://127.0.0.1:%[1]d/notes.txt\n```\n\n"+
		"And\n\n    curl http://127.0.0.1:%d/\n\nis refused.\n", files, page)))
	for _, port := range []int{page, files} {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		require.NoError(t, err, "it is ended afterwards")
		require.NoError(t, l.Close())
	}
}

func TestAPageThatADemoServesIsUp(t *testing.T) {
	needCommands(t)
	port := freePort(t)
	// The small course's demo takes one call, says nothing, and ends.
	err := proveQuoted(t, fmt.Sprintf("    learnnet demo greeting --open --port %d\n    curl http://127.0.0.1:%[1]d/\n", port))
	require.Error(t, err)
	assert.Regexp(t, fmt.Sprintf(`"curl http://127.0.0.1:%d/" failed with status (52|56)`, port), err.Error(), "it got through, and no answer")
}

func TestQuotedCommandsThatDoNotRunAreTold(t *testing.T) {
	needCommands(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	free := freePort(t)
	for text, says := range map[string]string{
		"    no-such-program -a\n":                      `"no-such-program -a" was not run: its program is not on this machine`,
		"    cat nothing\n":                             `"cat nothing" failed with status 1`,
		"    learnnet nothing\n":                        `"learnnet nothing" does not run (status 2)`,
		"    python3 -c \"nothing()\"\n":                `does not run (status 1)`,
		"    python3 -m http.server --nothing\n":        "is to go on until somebody ends it, but it ended",
		"    curl http://127.0.0.1:FREE/\n\nIt ends.\n": "failed with status 7",
		"    python3 -m http.server FREE --bind 127.0.0.1\n    curl http://127.0.0.1:FREE/\n\nIt is refused.\n": "the lesson says that",
		"    python3 -m http.server TAKEN --bind 127.0.0.1\n":                                                   "another program on this machine has it",
		"    learnnet demo greeting --open --port TAKEN\n":                                                      "another program on this machine has it",
	} {
		text = strings.NewReplacer("FREE", fmt.Sprint(free), "TAKEN", fmt.Sprint(taken.Addr().(*net.TCPAddr).Port)).Replace(text)
		assert.ErrorContains(t, proveQuoted(t, text), says, text)
	}
}

func TestALabThatALessonQuotesIsEntered(t *testing.T) {
	needCommands(t)
	if !haveTwoHosts() {
		t.Skip("no two hosts here")
	}
	quoted := func(address string) string {
		return "    learnnet lab\n    learnnet lab enter server -- python3 -m http.server 9001 --bind " + address +
			"\n    learnnet lab enter client -- curl http://10.0.0.2:9001/\n\n"
	}
	assert.NoError(t, proveQuoted(t, quoted("127.0.0.1")+"It is refused.\n"))
	assert.NoError(t, proveQuoted(t, quoted("0.0.0.0")+"It gets in.\n"))
	assert.ErrorContains(t, proveQuoted(t, quoted("0.0.0.0")+"It is refused.\n"), "ended with status 0")
}
