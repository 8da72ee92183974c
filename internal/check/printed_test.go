package check

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAnExplanationIsInOwnWords has programs fail at the end of their input,
// each with something else to say about it.
func TestAnExplanationIsInOwnWords(t *testing.T) {
	requirePython(t)
	const begins = "import sys, asyncio\nprint('connecting', file=sys.stderr)\nsys.stdin.read()\n"
	for name, tt := range map[string]struct {
		ends string
		ok   bool
	}{
		"says why":                   {"sys.exit('no more input')", true},
		"says why in Chinese":        {"sys.exit('没有输入')", true},
		"says nothing any more":      {"sys.exit(1)", false},
		"prints a mark":              {"sys.exit('!!!')", false},
		"leaves a traceback":         {"raise OSError('no more input')", false},
		"leaves a group of them":     {"raise ExceptionGroup('talk', [OSError('no more input')])", false},
		"dies like Java":             {"sys.exit('Exception in thread \"main\" java.net.ConnectException: no more input\\n\\tat Main.main(Main.java:7)')", false},
		"dies like Rust":             {"sys.exit(\"thread 'main' panicked at main.rs:3:5:\\nno more input\")", false},
		"leaves a group in a task":   {"async def main():\n  async with asyncio.TaskGroup() as g: g.create_task(fail())\nasync def fail(): raise OSError('no')\nasyncio.run(main())", false},
		"says why and shows a trace": {"import traceback; print('no more input', file=sys.stderr); traceback.print_exc(); raise OSError", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, "client.py", begins+tt.ends)
			r := runStep(t, dir, "client", func(t *T) {
				p := t.Start("client")
				p.proc.Stderr().Until(t.Context(), func(b []byte) bool { return bytes.Contains(b, []byte("connecting")) })
				p.MarkStderr()
				p.CloseInput()
				p.ExpectPoliteFailure("that its input has ended")
			})
			if tt.ok {
				assert.Equal(t, Passed, r.Verdict, "%+v", r.Steps[0].Cause)
				return
			}
			require.Equal(t, Failed, r.Verdict)
			assert.Equal(t, KindWrongOutput, r.Steps[0].Cause.Kind)
		})
	}
}

// A machine that is late must not take what a program said at its end for what
// it had said before.
func TestAnExplanationCountsThatWasThereBeforeTheCheckerLooked(t *testing.T) {
	requirePython(t)
	dir := t.TempDir()
	write(t, dir, "client.py", "import sys\nsys.exit('no answer')\n")
	r := runStep(t, dir, "client", func(t *T) {
		p := t.Start("client")
		<-p.proc.Done()
		p.MarkStderr()
		p.ExpectPoliteFailure("that no answer came")
	})
	assert.Equal(t, Passed, r.Verdict, "%+v", r.Steps[0].Cause)
}

func TestALineMayStandBehindAPromptAndInQuotes(t *testing.T) {
	for _, line := range []string{"Hello, Ada!", "> Hello, Ada!", `"Hello, Ada!"`, "'Hello, Ada!'", "b'Hello, Ada!'", `b"Hello, Ada!"`, "  Hello, Ada!  "} {
		assert.True(t, lineSays(line, "Hello, Ada!"), line)
	}
	for _, line := range []string{"Hello, Ada", "got Hello, Ada!", "1 Hello, Ada!", "Hello, Ada!!"} {
		assert.False(t, lineSays(line, "Hello, Ada!"), line)
	}
}

func TestEvidenceIsShort(t *testing.T) {
	long := strings.Repeat("x", 70_000)
	for _, shown := range [][]string{lines("one\n"+long, 3), lastLines(long+"\nend", 2)} {
		require.Len(t, shown, 2)
		for _, line := range shown {
			assert.LessOrEqual(t, len([]rune(line)), longestLine)
		}
	}
}

func TestALongLineIsNamedInShort(t *testing.T) {
	requirePython(t)
	dir := t.TempDir()
	write(t, dir, "client.py", "pass\n")
	r := runStep(t, dir, "client", func(t *T) { t.Start("client").ExpectLine(strings.Repeat("long ", 1000)) })
	require.Equal(t, Failed, r.Verdict)
	assert.Less(t, len(r.Steps[0].Cause.Message), 1000)
}

// A crash of a Go program ends with a trace of its goroutines, its reason stands
// above that.
func TestLastLinesBeginWithTheReasonOfACrash(t *testing.T) {
	trace := strings.Repeat("goroutine\n\tmain.go:1\n", 20)
	assert.Equal(t, []string{"fatal error: all goroutines are asleep - deadlock!", "", "goroutine"},
		lastLines("listening\nfatal error: all goroutines are asleep - deadlock!\n\n"+trace, 3))
	assert.Equal(t, []string{"panic: second", "goroutine"},
		lastLines("panic: first\npanic: second\n"+trace, 2), "the last one is why it ended")
	assert.Equal(t, []string{"panic: short", "end"}, lastLines("one\npanic: short\nend", 2))
	assert.Equal(t, []string{"goroutine", "\tmain.go:1"}, lastLines("don't panic: stay\n"+trace, 2))
}
