package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/term"
	"github.com/learnnet/learnnet/lessons"
)

func TestEveryLessonReadsPlainlyAt80Columns(t *testing.T) {
	for _, topic := range lessons.Topics {
		t.Run(topic.Slug, func(t *testing.T) {
			a, out, errs := testApp(t, lessons.Topics, "")
			require.NoError(t, a.execute(t.Context(), []string{"read", topic.Slug}))
			assert.Empty(t, errs.String())
			assert.NotContains(t, out.String(), "\x1b")
			assert.Contains(t, out.String(), "learnnet start "+topic.Slug)
			l, err := a.lesson(topic.Slug)
			require.NoError(t, err)
			for line := range strings.Lines(out.String()) {
				line = strings.TrimRight(line, "\n")
				command := strings.TrimSpace(line) // one of one line is to be copied as it is
				if !strings.Contains(l.Text, "\n"+command+"\n```") && !strings.Contains(l.Text, "\n\n    "+command+"\n") {
					assert.Equal(t, line, term.Cut(line, 80), "the line is too wide")
				}
			}
		})
	}
}

func TestEveryNumberAndNameFindsItsLesson(t *testing.T) {
	a, _, _ := testApp(t, lessons.Topics, "")
	for i, topic := range lessons.Topics {
		l, err := a.lesson(topic.Slug)
		require.NoError(t, err)
		assert.Equal(t, i+1, l.Number)
	}
}

// BenchmarkLessons is learnnet lessons as it is typed, from start to end; 40 ms
// is what it may take.
func BenchmarkLessons(b *testing.B) {
	exe := filepath.Join(b.TempDir(), "learnnet")
	out, err := exec.Command("go", "build", "-o", exe, "../../cmd/learnnet").CombinedOutput()
	require.NoError(b, err, "%s", out)
	home := b.TempDir()
	for b.Loop() {
		cmd := exec.Command(exe, "lessons")
		cmd.Dir = home
		cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home)
		out, err := cmd.CombinedOutput()
		require.NoError(b, err, "%s", out)
	}
}
