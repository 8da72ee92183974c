package cli

import (
	"bytes"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/term"
	"github.com/learnnet/learnnet/lessons"
)

func schema(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile("../../docs/schema/" + name + ".schema.json")
	require.NoError(t, err)
	return s
}

// testApp is a learnnet in a folder of its own, in this process.
func testApp(t testing.TB, topics []course.Topic, input string) (a *app, out, err *bytes.Buffer) {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	t.Setenv("AppData", filepath.Join(home, "config"))
	s, out, err := term.Test(input)
	return &app{Streams: s, source: course.Source{Topics: topics}, dir: t.TempDir(), getenv: func(string) string { return "" }}, out, err
}

func valid(t testing.TB, s *jsonschema.Schema, output []byte) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(output))
	require.NoError(t, err, "output: %s", output)
	require.NoError(t, s.Validate(v), "output: %s", output)
}

func TestLessonsJSONIsAsItsSchemaSays(t *testing.T) {
	s := schema(t, "lessons")
	for name, topics := range map[string][]course.Topic{"of the scripts": testTopics(), "real": lessons.Topics} {
		t.Run(name, func(t *testing.T) {
			a, out, _ := testApp(t, topics, "")
			require.NoError(t, a.execute(t.Context(), []string{"lessons", "--json"}))
			valid(t, s, out.Bytes())
			assert.Equal(t, len(topics), strings.Count(out.String(), `"number"`))
		})
	}
}

func TestCheckJSONIsAsItsSchemaSays(t *testing.T) {
	needPython(t)
	s := schema(t, "check")
	topic := testTopics()[0]
	for name, c := range map[string]struct {
		from    fs.FS
		dir     string
		verdict check.Verdict
	}{
		"passed":        {topic.Solutions, "python", check.Passed},
		"failed":        {topic.Exercise.Files, "starter/python", check.Failed},
		"nothing there": {topic.Exercise.Files, "mistakes", check.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			a, out, _ := testApp(t, testTopics(), "")
			files, err := fs.Sub(c.from, c.dir)
			require.NoError(t, err)
			require.NoError(t, course.CopyFiles(filepath.Join(a.dir, "work"), files))

			err = a.execute(t.Context(), []string{"check", "greeting", "--dir", "work", "--json"})
			if c.verdict == check.Passed {
				require.NoError(t, err)
			} else {
				var verdict *verdictError
				require.ErrorAs(t, err, &verdict)
				require.Equal(t, c.verdict, verdict.verdict)
			}
			valid(t, s, out.Bytes())
		})
	}
}

func TestCheckSchemaRefusesWhatIsWrong(t *testing.T) {
	s := schema(t, "check")
	for _, wrong := range []string{
		`{}`,
		`{"exercise":"a","verdict":"skipped","score":0,"max_score":1,"seed":1,"isolation":"loopback","languages":{},"phases":{"build_ms":0,"start_ms":0,"check_ms":0},"steps":[]}`,
	} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(wrong))
		require.NoError(t, err)
		require.Error(t, s.Validate(v), wrong)
	}
}

func TestCheckSchemaNamesEveryKindOfCause(t *testing.T) {
	raw, err := os.ReadFile("../../docs/schema/check.schema.json")
	require.NoError(t, err)
	file, err := parser.ParseFile(token.NewFileSet(), "../check/cause.go", nil, 0)
	require.NoError(t, err)
	kinds := 0
	ast.Inspect(file, func(n ast.Node) bool {
		value, ok := n.(*ast.ValueSpec)
		if !ok || len(value.Values) != 1 || !strings.HasPrefix(value.Names[0].Name, "Kind") {
			return true
		}
		kind, err := strconv.Unquote(value.Values[0].(*ast.BasicLit).Value)
		require.NoError(t, err)
		assert.Contains(t, string(raw), `"`+kind+`"`, "docs/schema/check.schema.json does not know a cause")
		kinds++
		return true
	})
	require.Positive(t, kinds)
}

func TestInterruptedCommandEndsWithStatus130(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errInterrupted)
	assert.Equal(t, 130, exitCode(ctx, context.Cause(ctx)))
	assert.Equal(t, 130, exitCode(ctx, nil))
	assert.Equal(t, 1, exitCode(t.Context(), &verdictError{check.Failed}))
	assert.Equal(t, 2, exitCode(t.Context(), &verdictError{check.Broken}))
	assert.Equal(t, 2, exitCode(t.Context(), os.ErrNotExist))
	assert.Equal(t, 0, exitCode(t.Context(), nil))
}
