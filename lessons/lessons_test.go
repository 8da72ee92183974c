package lessons_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
	"github.com/learnnet/learnnet/lessons"
)

func TestMain(m *testing.M) {
	lab.Main()
	demo.Main(func(slug string) (demo.Demo, bool) {
		i := slices.IndexFunc(lessons.Topics, func(t course.Topic) bool { return t.Slug == slug })
		if i < 0 {
			return demo.Demo{}, false
		}
		return lessons.Topics[i].Lesson.Demo, true
	})
	os.Exit(m.Run())
}

// TestTheCourse proves every lesson and every exercise, on the best kind of lab
// this machine has: texts and questions hold, demos play, starters fail,
// solutions pass. That variants pass, and that each mistake fails at its step
// with its cause, is for the linter to prove: there are hundreds.
func TestTheCourse(t *testing.T) {
	eachProof(t, "", func(name string) bool {
		return !strings.HasPrefix(name, "mistake ") && !strings.HasPrefix(name, "variant ")
	})
}

// TestTheCourseOnTheLoopback proves on the loopback what must hold there too:
// demos play and solutions pass.
func TestTheCourseOnTheLoopback(t *testing.T) {
	eachProof(t, lab.Loopback, func(name string) bool {
		return strings.HasPrefix(name, "demo ") || strings.HasPrefix(name, "solution ")
	})
}

// TestTheRelayShowsWhatTheDemosSend plays the demos on the loopback, where
// nothing is to be seen of the wire.
func TestTheRelayShowsWhatTheDemosSend(t *testing.T) {
	for slug, want := range map[string][]string{
		"sockets": {"client connects", `client "hello!" 6 bytes`, `server "hi" 2 bytes`, "server ends its stream", "client ends its stream"},
		"ports": {"client connects", `server "I am first" 10 bytes`, "server ends its stream", "client ends its stream",
			"client connects", `server "I am second" 11 bytes`, "server ends its stream", "client ends its stream",
			`client "who?" 4 bytes`, `server "I am fourth" 11 bytes`},
		// The act that binds ::1: who calls 127.0.0.1 is on the server's own host, and nobody refuses through a relay.
		"ip-addresses": {"client connects", `server "you are ::1" 11 bytes`, "server ends its stream", "client ends its stream"},
		"socket-families": slices.Repeat([]string{"client connects", `client "hello!" 6 bytes`, `server "hello!" 6 bytes`,
			"client ends its stream", "server ends its stream"}, 2), // over IPv4, then over IPv6
	} {
		l, err := load(t).Find(slug)
		require.NoError(t, err)
		timeline := trace.New()
		require.NoError(t, demo.Play(t.Context(), l.Source.Lesson.Demo, demo.Options{Lesson: slug, Timeline: timeline, Isolation: lab.Loopback}))
		var told []string
		printed := make(map[string]string)
		for _, e := range timeline.Events() {
			if e.Relay != nil {
				told = append(told, string(e.Host)+" "+e.Relay.Summary())
			}
			if e.Output != nil {
				printed[e.Output.Program] += string(e.Output.Data)
			}
		}
		assert.Equal(t, want, told, slug)
		if slug == "ports" { // a port that nobody has is really closed
			assert.Contains(t, printed["client"], "tcp-client: connect: ")
		}
	}
}

func eachProof(t *testing.T, isolation lab.Isolation, wanted func(name string) bool) {
	requireLanguages(t)
	c := load(t)
	for _, l := range c.Topics {
		proofs, err := c.Proofs(l, isolation)
		require.NoError(t, err, l.Slug)
		for _, p := range proofs {
			if !wanted(p.Name) {
				continue
			}
			t.Run(l.Slug+"/"+p.Name, func(t *testing.T) {
				t.Parallel()
				if err := p.Run(t.Context(), 0); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestTheCourseAsAWhole proves what topics share: the glossary, the
// bibliography, and that nothing is explained twice.
func TestTheCourseAsAWhole(t *testing.T) {
	for _, p := range load(t).SharedProofs() {
		assert.NoError(t, p.Run(t.Context(), 0), p.Name)
	}
}

// TestTheReadmeShowsWhatTheDemoPrints holds the ladder at the top of README.md.
func TestTheReadmeShowsWhatTheDemoPrints(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	require.Contains(t, string(readme), "```text demo\n")
	l, err := load(t).Find("sockets")
	require.NoError(t, err)
	require.NoError(t, l.ProveLadders(t.Context(), string(readme), "go", ""))
}

// TestTheSourceTreeHoldsNoStrayFile proves it of the folders themselves: what is
// embedded can't tell.
func TestTheSourceTreeHoldsNoStrayFile(t *testing.T) {
	c, tree := load(t), os.DirFS("..")
	proofs := []course.Proof{c.TreeProof(tree)}
	for _, l := range c.Topics {
		proofs = append(proofs, l.TreeProof(tree))
	}
	for _, p := range proofs {
		assert.NoError(t, p.Run(t.Context(), 0), p.Name)
	}
}

func load(t testing.TB) *course.Course {
	t.Helper()
	c, err := course.Load(lessons.Source())
	require.NoError(t, err)
	require.NotEmpty(t, c.Topics)
	return c
}

func requireLanguages(t testing.TB) {
	t.Helper()
	for _, tool := range []string{"go", "python3"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: the course's programs can't be run", tool)
		}
	}
}
