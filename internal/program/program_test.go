package program

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFindRecognisesTheLanguageByWhatIsThere(t *testing.T) {
	for _, tt := range []struct {
		file string
		mode os.FileMode
		lang Language
		path string
	}{
		{"server/main.go", 0o644, Go, "server"},
		{"server.py", 0o644, Python, "server.py"},
		{"server.js", 0o644, JavaScript, "server.js"},
		{"server", 0o755, Executable, "server"},
	} {
		t.Run(string(tt.lang), func(t *testing.T) {
			if tt.lang == Executable && runtime.GOOS == "windows" {
				t.Skip("Windows tells executables by their names")
			}
			dir := t.TempDir()
			write(t, dir, tt.file, "", tt.mode)
			p, err := Find(dir, "server")
			require.NoError(t, err)
			assert.Equal(t, tt.lang, p.Language)
			assert.Equal(t, filepath.Join(dir, tt.path), p.Path)

			var missing *NotFoundError
			_, err = Find(dir, "client")
			require.ErrorAs(t, err, &missing)
			assert.Contains(t, err.Error(), "client.py")
		})
	}
}

func TestFindRefusesToGuessBetweenTwoPrograms(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "server.py", "", 0o644)
	write(t, dir, "server/main.go", "package main", 0o644)
	_, err := Find(dir, "server")
	var ambiguous *AmbiguousError
	require.ErrorAs(t, err, &ambiguous)
	assert.Equal(t, []string{"server", "server.py"}, ambiguous.Found)
}

func TestFindIgnoresWhatCannotRun(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "server/notes.txt", "", 0o644) // a folder without Go files
	write(t, dir, "server.txt", "", 0o644)
	var missing *NotFoundError
	_, err := Find(dir, "server")
	require.ErrorAs(t, err, &missing)
	_, err = Find(filepath.Join(dir, "nowhere"), "server")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestGoBuildsWithAndWithoutAModule(t *testing.T) {
	requireGo(t)
	const source = "package main\n\nfunc main() { println(\"hello\") }\n"
	for name, files := range map[string]map[string]string{
		"no go.mod":        {"server/main.go": source},
		"a go.mod above":   {"server/main.go": source, "go.mod": "module learner\n\ngo 1.22\n"},
		"several files":    {"server/main.go": "package main\n\nfunc main() { hello() }\n", "server/hello.go": "package main\n\nfunc hello() { println(\"hello\") }\n"},
		"a test beside it": {"server/main.go": source, "server/main_test.go": "package main\n\nthis is no Go"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range files {
				write(t, dir, file, text, 0o644)
			}
			p, err := Find(dir, "server")
			require.NoError(t, err)
			c, err := p.Prepare(t.Context(), t.TempDir())
			require.NoError(t, err)
			out, err := exec.Command(c.Path).CombinedOutput()
			require.NoError(t, err)
			assert.Equal(t, "hello\n", string(out))
			_, err = os.Stat(filepath.Join(dir, "go.mod"))
			assert.Equal(t, files["go.mod"] == "", os.IsNotExist(err), "building leaves the folder as it was")
		})
	}
}

func TestABuildErrorCarriesTheCompilersLines(t *testing.T) {
	requireGo(t)
	dir := t.TempDir()
	write(t, dir, "server/main.go", "package main\n\nimport \"example.org/nothing\"\n\nfunc main() { x }\n", 0o644)
	p, err := Find(dir, "server")
	require.NoError(t, err)
	_, err = p.Prepare(t.Context(), t.TempDir())
	var build *BuildError
	require.ErrorAs(t, err, &build)
	assert.Contains(t, build.Output, "main.go:3:8")
}

func TestAMissingToolIsNamed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	dir := t.TempDir()
	write(t, dir, "server.js", "", 0o644)
	p, err := Find(dir, "server")
	require.NoError(t, err)
	_, err = p.Prepare(t.Context(), t.TempDir())
	var missing *MissingToolError
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, "node", missing.Tool)
}

func requireGo(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("go is not in PATH")
	}
}

func write(t *testing.T, dir, name, text string, mode os.FileMode) {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), mode))
}

func TestAMachineThatCannotBuildIsNotTheProgramsFault(t *testing.T) {
	requireGo(t)
	dir := t.TempDir()
	write(t, dir, "server/main.go", "package main\n\nfunc main() {}\n", 0o644)
	p, err := Find(dir, "server")
	require.NoError(t, err)

	t.Run("no home", func(t *testing.T) {
		t.Setenv("HOME", "")
		t.Setenv("XDG_CACHE_HOME", "")
		t.Setenv("GOCACHE", "")
		t.Setenv("GOPATH", "")
		cache := t.TempDir()
		t.Setenv("TMPDIR", filepath.Join(cache, "nonexistent"))
		_, err := p.Prepare(t.Context(), cache)
		require.NoError(t, err)
	})
	t.Run("a cache that is a file", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		write(t, filepath.Dir(file), "file", "", 0o644)
		t.Setenv("GOCACHE", file)
		_, err := p.Prepare(t.Context(), t.TempDir())
		require.Error(t, err)
		var build *BuildError
		assert.NotErrorAs(t, err, &build)
	})
}

func TestAPackageThatIsNoProgramIsABuildError(t *testing.T) {
	requireGo(t)
	dir := t.TempDir()
	write(t, dir, "server/main.go", "package server\n", 0o644)
	p, err := Find(dir, "server")
	require.NoError(t, err)
	_, err = p.Prepare(t.Context(), t.TempDir())
	var build *BuildError
	require.ErrorAs(t, err, &build)
	assert.Contains(t, build.Output, "package main")
}

func TestACancelledBuildLeavesNothing(t *testing.T) {
	requireGo(t)
	dir, cache := t.TempDir(), t.TempDir()
	write(t, dir, "server/main.go", "package main\n\nimport \"net/http\"\n\nfunc main() { http.Get(\"\") }\n", 0o644)
	p, err := Find(dir, "server")
	require.NoError(t, err)
	t.Setenv("GOCACHE", filepath.Join(cache, "go")) // empty: this takes long
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = p.Prepare(ctx, cache)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	left, err := filepath.Glob(filepath.Join(cache, "work-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}
