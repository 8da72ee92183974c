package study

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func starter(name, text string) fs.FS {
	return fstest.MapFS{name: &fstest.MapFile{Data: []byte(text)}}
}

func testWorkspace(t *testing.T) Workspace {
	t.Helper()
	w, made, err := InitWorkspace(filepath.Join(t.TempDir(), "work"))
	require.NoError(t, err)
	require.Equal(t, []string{".learnnet", "README.md", "go.mod"}, made)
	return w
}

func TestAWorkspaceIsFoundFromAnyFolderBelow(t *testing.T) {
	w := testWorkspace(t)
	deep := filepath.Join(w.Dir, "ports", "main")
	require.NoError(t, os.MkdirAll(deep, 0o755))
	for _, dir := range []string{w.Dir, deep} {
		found, err := FindWorkspace(dir)
		require.NoError(t, err)
		assert.Equal(t, w, found)
	}
	assert.Equal(t, "ports", w.At(deep))
	assert.Equal(t, "ports", w.At(filepath.Dir(deep)))
	assert.Empty(t, w.At(w.Dir))
	assert.Empty(t, w.At(filepath.Dir(w.Dir)))

	_, err := FindWorkspace(filepath.Dir(w.Dir))
	var none *NoWorkspaceError
	require.ErrorAs(t, err, &none)
	require.ErrorContains(t, err, "learnnet init")
}

func TestInitLeavesFilesAsTheyAre(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module mine\n"), 0o600))
	_, made, err := InitWorkspace(dir)
	require.NoError(t, err)
	assert.Equal(t, []string{".learnnet", "README.md"}, made)
	mine, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(t, err)
	assert.Equal(t, "module mine\n", string(mine))
	_, made, err = InitWorkspace(dir)
	require.NoError(t, err)
	assert.Empty(t, made, "the second time there is nothing to do")
}

func TestStartNeverOverwrites(t *testing.T) {
	w := testWorkspace(t)
	dir, err := w.Start("ports", starter("main/main.go", "package main\n"), "# Ports\n")
	require.NoError(t, err)
	task, err := os.ReadFile(filepath.Join(dir, "README.md"))
	require.NoError(t, err)
	assert.Equal(t, "# Ports\n", string(task))

	main := filepath.Join(dir, "main", "main.go")
	require.NoError(t, os.WriteFile(main, []byte("mine"), 0o644))
	_, err = w.Start("ports", starter("main.py", "pass\n"), "")
	var started *StartedError
	require.ErrorAs(t, err, &started)
	assert.Equal(t, []string{"README.md", "main/main.go"}, started.Files)
	require.ErrorContains(t, err, "learnnet reset ports")
	mine, err := os.ReadFile(main)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(mine))
	assert.NoFileExists(t, filepath.Join(dir, "main.py"))
}

func TestWhatIsSetAsideStaysAsItWas(t *testing.T) {
	w := testWorkspace(t)
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	kept, err := w.SetAside("ports", now)
	require.NoError(t, err)
	assert.Empty(t, kept, "there is nothing to set aside")
	var all []string
	for _, text := range []string{"first", "second"} {
		_, err := w.Start("ports", starter("main.py", text), "")
		require.NoError(t, err)
		kept, err := w.SetAside("ports", now) // both within one second
		require.NoError(t, err)
		there, err := os.ReadFile(filepath.Join(kept, "main.py"))
		require.NoError(t, err)
		assert.Equal(t, text, string(there))
		assert.NoDirExists(t, w.Exercise("ports"))
		all = append(all, filepath.Base(kept))
	}
	assert.Equal(t, []string{"ports-20260102-030405", "ports-20260102-030405-2"}, all)
}

// FuzzWorkspaceFiles holds that whatever files a learner has put in an
// exercise's folder stay as they are.
func FuzzWorkspaceFiles(f *testing.F) {
	f.Add("server.py", "print()")
	f.Add("README.md", "mine")
	f.Add(".learnnet", "")
	f.Add("a/b/c", "\x00")
	f.Add("..data", "x")
	f.Fuzz(func(t *testing.T, name, text string) {
		if !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\x00\\:") || len(name) > 100 {
			t.Skip("no name of a file")
		}
		w, _, err := InitWorkspace(t.TempDir())
		require.NoError(t, err)
		path := filepath.Join(w.Exercise("ports"), filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))

		_, err = w.Start("ports", starter("server.py", "starter"), "task")
		var started *StartedError
		require.ErrorAs(t, err, &started)
		there, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, text, string(there))
		assert.Equal(t, "ports", w.At(filepath.Dir(path)))

		kept, err := w.SetAside("ports", time.Now())
		require.NoError(t, err)
		there, err = os.ReadFile(filepath.Join(kept, filepath.FromSlash(name)))
		require.NoError(t, err)
		require.Equal(t, text, string(there))
	})
}
