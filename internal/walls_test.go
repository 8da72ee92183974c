// Package internal holds no code; its test guards the walls between the
// packages below it.
package internal

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/learnnet/learnnet/"

// storeys are the house from the roof down: a package may import packages on
// lower storeys only, with the exceptions in mayImport.
var storeys = [][]string{
	{"cmd/learnnet"},
	{"internal/cli"},
	{"lessons", "internal/tui", "internal/workshop", "internal/grade"},
	{"lessons/*", "exercises/*", "solutions/*"},
	{"internal/study", "internal/course"},
	{"internal/demo", "internal/check", "internal/step"},
	{"internal/program", "internal/sandbox", "internal/lab"},
	{"internal/ladder", "internal/term", "internal/queue", "internal/ptrace"},
	{"internal/trace", "internal/manual"},
}

// only names the packages that nobody else may import.
var only = map[string][]string{
	"internal/queue":  {"internal/grade", "internal/workshop"},
	"internal/ptrace": {"internal/lab"},
}

// mayImport lists imports within a storey.
var mayImport = map[string][]string{
	"internal/study": {"internal/course"},
}

func TestImportsPointDown(t *testing.T) {
	seen := 0
	walkGoFiles(t, func(file, pkg string, imports []string) {
		from := storeyOf(pkg)
		if from < 0 {
			t.Errorf("%s: package %s stands on no storey: give it one in this test and in the design", file, pkg)
			return
		}
		for _, imported := range imports {
			to, ok := strings.CutPrefix(imported, module)
			if !ok || to == pkg || slices.Contains(mayImport[pkg], to) {
				continue
			}
			seen++
			assert.Greater(t, storeyOf(to), from, "%s imports %s, which is not below it", file, to)
			if allowed, limited := only[to]; limited {
				assert.Contains(t, allowed, pkg, "%s imports %s", file, to)
			}
		}
	})
	require.Greater(t, seen, 20, "the test looks at the wrong folder")
}

func TestOnlyCLITouchesTheProcess(t *testing.T) {
	walkGoFiles(t, func(file, pkg string, _ []string) {
		if pkg == "internal/cli" || pkg == "cmd/learnnet" || !strings.HasPrefix(pkg, "internal/") || strings.HasSuffix(file, "_test.go") {
			return
		}
		code, err := os.ReadFile(filepath.FromSlash(file))
		require.NoError(t, err)
		for _, name := range []string{"os.Stdout", "os.Args", "os.Exit("} {
			// A re-executed process is its package's own: lab's agent and
			// demo's programs end there.
			if strings.HasSuffix(file, "/agent_linux.go") || strings.HasSuffix(file, "/demo/demo.go") {
				continue
			}
			assert.NotContains(t, string(code), name, file)
		}
	})
}

func storeyOf(pkg string) int {
	return slices.IndexFunc(storeys, func(storey []string) bool {
		return slices.ContainsFunc(storey, func(pattern string) bool {
			ok, err := path.Match(pattern, pkg)
			return ok && err == nil
		})
	})
}

// walkGoFiles calls f for each Go file of the module's own packages. What
// learners get (starters, solutions, mistakes, variants) are programs of their own.
func walkGoFiles(t *testing.T, f func(file, pkg string, imports []string)) {
	t.Helper()
	for _, root := range []string{"../cmd", "../internal", "../lessons", "../exercises", "../solutions"} {
		err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && slices.Contains([]string{"testdata", "starter", "mistakes", "variants", "go", "python"}, d.Name()) {
				return fs.SkipDir
			}
			if d.IsDir() || filepath.Ext(file) != ".go" {
				return nil
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			var imports []string
			for _, i := range parsed.Imports {
				p, err := strconv.Unquote(i.Path.Value)
				if err != nil {
					return err
				}
				imports = append(imports, p)
			}
			pkg := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(file)), "../")
			if pkg != "internal" {
				f(filepath.ToSlash(file), pkg, imports)
			}
			return nil
		})
		require.NoError(t, err)
	}
}
