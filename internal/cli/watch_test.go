package cli

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWatchChecksAtEverySaveUntilCtrlC(t *testing.T) {
	needPython(t)
	l := newLearner(t)
	l.run("init")
	l.run("start", "greeting", "--lang", "python")
	w := l.start("watch")
	w.until("Watching greeting", 1)
	assert.Contains(t, w.String(), "greeting failed: 20 of 100 points")

	// What editors leave beside the file is no save.
	for _, name := range []string{".server.py.swp", "server.py~", "4913", "#server.py#", "server.py.tmp"} {
		l.write("greeting/"+name, "x")
	}
	// Many editors write a new file and rename it over the old one.
	l.write("greeting/server.py.tmp", greetsWell)
	require.NoError(t, os.Rename(filepath.Join(l.home, "greeting/server.py.tmp"), filepath.Join(l.home, "greeting/server.py")))
	w.until("greeting passed: 100 of 100 points", 1)
	w.until("learnnet start shout", 1)
	assert.NotContains(t, w.String(), "\x1b", "a pipe is no screen")

	// A file that comes back is a save.
	require.NoError(t, os.Remove(filepath.Join(l.home, "greeting/server.py")))
	w.until("no server in", 1)
	w.until("Watching greeting", 2)
	l.write("greeting/server.py", greetsWell)
	w.until("greeting passed: 100 of 100 points", 2)
	w.until("learnnet start shout", 2)

	// So is the folder that reset makes in the place of the old one.
	l.run("reset", "greeting")
	w.until("greeting failed: 20 of 100 points", 2)
	l.write("greeting/server.py", greetsWell)
	w.until("greeting passed: 100 of 100 points", 3)

	w.interrupt()
}

func TestASaveCancelsTheCheckThatRuns(t *testing.T) {
	needPython(t)
	l := newLearner(t)
	l.run("init")
	l.run("start", "greeting", "--lang", "python")
	l.write("greeting/server.py", "print('at work', flush=True)\nopen('running', 'w').write('x')\nwhile True: pass\n")
	w := l.start("watch", "greeting")
	require.Eventually(t, func() bool { _, err := os.Stat(filepath.Join(l.home, "running")); return err == nil },
		processCap, pollEvery)
	l.write("greeting/server.py", greetsWell)
	w.until("greeting passed", 1)
	assert.NotContains(t, w.String(), "failed", "the first check was given up")
	w.interrupt()
}

// TestAVerdictOnFilesThatChangedIsGivenUp has a check fail sooner than the news
// of a save comes: the program that it starts first writes the right one in its
// own place, and ends.
func TestAVerdictOnFilesThatChangedIsGivenUp(t *testing.T) {
	needPython(t)
	l := newLearner(t)
	l.run("init")
	l.run("start", "greeting", "--lang", "python")
	l.write("greeting/server.py", "open(__file__, 'w').write("+strconv.QuoteToASCII(greetsWell)+")\n")
	w := l.start("watch", "greeting")
	w.until("greeting passed", 1)
	assert.NotContains(t, w.String(), "failed", "the first check was given up")
	w.interrupt()
}

func TestEditorsOwnFilesAreNoSaves(t *testing.T) {
	for _, name := range []string{"a/.main.go.swp", "main.go~", "4913", "#main.go#", ".#main.go", "x.tmp", "__pycache__", "main.py.tmp.123", "main.go___jb_tmp___"} {
		assert.True(t, temporary(name), name)
	}
	for _, name := range []string{"main.go", "server/main.go", "server.py", "server", "notes.txt", "49130"} {
		assert.False(t, temporary(name), name)
	}
}
