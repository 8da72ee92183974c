package lessons_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
)

// BenchmarkBuild is what a check of a Go exercise is measured against: go
// build of server and client, one after the other, after a change in both.
func BenchmarkBuild(b *testing.B) {
	eachExercise(b, "go", func(b *testing.B, l *course.Lesson, dir string) {
		for b.Loop() {
			change(b, dir)
			for _, role := range l.Suite().Roles {
				cmd := exec.Command("go", "build", "-o", filepath.Join(dir, "built-"+role), ".")
				cmd.Dir = filepath.Join(dir, role)
				out, err := cmd.CombinedOutput()
				require.NoError(b, err, string(out))
			}
		}
	})
}

// BenchmarkCheck is a whole check of the solution, from the save to the verdict.
func BenchmarkCheck(b *testing.B) {
	for _, lang := range course.Languages {
		b.Run(lang, func(b *testing.B) {
			eachExercise(b, lang, func(b *testing.B, l *course.Lesson, dir string) {
				var steps float64
				for b.Loop() {
					change(b, dir)
					r, err := check.Run(context.Background(), l.Suite(), dir, check.Options{})
					require.NoError(b, err)
					require.Equal(b, check.Passed, r.Verdict)
					steps += r.Phases.Check
				}
				b.ReportMetric(steps/float64(b.N), "check-ms/op")
			})
		})
	}
}

func eachExercise(b *testing.B, lang string, f func(b *testing.B, l *course.Lesson, dir string)) {
	requireLanguages(b)
	for _, l := range load(b).Topics {
		b.Run(l.Slug, func(b *testing.B) {
			dir := b.TempDir()
			files, err := l.Solution(lang)
			require.NoError(b, err)
			require.NoError(b, course.CopyFiles(dir, files))
			require.NoError(b, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module learner\n\ngo 1.22\n"), 0o644))
			f(b, l, dir)
		})
	}
}

var saves int

// change changes every Go file below dir, as a learner's save does.
func change(b *testing.B, dir string) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		saves++
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		fmt.Fprintf(f, "\nvar saved%d int\n", saves)
		return f.Close()
	})
	require.NoError(b, err)
}
