package course

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/trace"
)

func topic(slug string) Topic {
	return Topic{Slug: slug, Lesson: LessonSource{Files: fstest.MapFS{
		"lesson.md": {Data: []byte("---\ntitle: " + slug + "\nunit: 1\nminutes: 20\nsummary: s\n---\n\n# T\n")},
	}}}
}

func someCourse(t *testing.T) *Course {
	c, err := Load(Source{Topics: []Topic{topic("ports"), topic("tcp-chat"), topic("tcp-hello"), topic("udp-time")}})
	require.NoError(t, err)
	return c
}

func TestFindTakesASlugItsBeginningOrANumber(t *testing.T) {
	c := someCourse(t)
	for name, slug := range map[string]string{
		"ports": "ports", "p": "ports", "PORTS": "ports", "1": "ports", " 4 ": "udp-time", "tcp-c": "tcp-chat", "udp": "udp-time",
	} {
		l, err := c.Find(name)
		require.NoError(t, err, name)
		assert.Equal(t, slug, l.Slug, name)
	}
}

func TestFindSaysWhatWasMeant(t *testing.T) {
	c := someCourse(t)
	for name, says := range map[string]string{
		"port5":    "did you mean ports?",
		"tcp":      "could be tcp-chat or tcp-hello",
		"upd-time": "did you mean udp-time?",
		"quantum":  "learnnet lessons lists them",
		"0":        "learnnet lessons lists them",
		"5":        "learnnet lessons lists them",
		"-1":       "learnnet lessons lists them",
		"":         "learnnet lessons lists them",
	} {
		_, err := c.Find(name)
		var notFound *NotFoundError
		require.ErrorAs(t, err, &notFound, name)
		assert.Contains(t, err.Error(), says, name)
	}
}

func TestFindNeverPanicsAndAlwaysDecides(t *testing.T) {
	c := someCourse(t)
	rapid.Check(t, func(t *rapid.T) {
		l, err := c.Find(rapid.String().Draw(t, "name"))
		assert.NotEqual(t, l == nil, err == nil)
	})
}

func TestNextFollowsTheSyllabus(t *testing.T) {
	c := someCourse(t)
	assert.Equal(t, "tcp-chat", c.Next(c.Topics[0]).Slug)
	assert.Nil(t, c.Next(c.Topics[3]))
}

func TestFrontMatterRefusesWhatItDoesNotKnow(t *testing.T) {
	for text, says := range map[string]string{
		"# no front matter":                    "does not begin",
		"---\ntitle: x\n":                      "no end",
		"---\ntitel: x\n---\ntext":             "titel",
		"---\nminutes: soon\n---\ntext":        "soon",
		"---\n\ttabs: are not YAML\n---\ntext": "front matter",
	} {
		_, _, err := ParseFrontMatter([]byte(text))
		require.ErrorContains(t, err, says, text)
	}
	m, text, err := ParseFrontMatter([]byte("---\r\ntitle: T\r\nneeds: [ports]\r\n---\r\n\r\n# Text\r\n"))
	require.NoError(t, err)
	assert.Equal(t, Meta{Title: "T", Needs: []string{"ports"}}, m)
	assert.Equal(t, "# Text\n", text)
}

func FuzzParseFrontMatter(f *testing.F) {
	f.Add([]byte("---\ntitle: T\nunit: 1\n---\ntext"))
	f.Add([]byte("---\n---\n"))
	f.Add([]byte("---\n&a [*a]\n---\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, text, err := ParseFrontMatter(raw)
		if err != nil && text != "" {
			t.Errorf("text %q came with the error %v", text, err)
		}
	})
}

func FuzzParseQuiz(f *testing.F) {
	f.Add([]byte("- id: q\n  text: t\n  options:\n  - {text: a, right: true, why: w}\n  - {text: b, why: w}\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		qs, err := ParseQuiz(raw)
		if err != nil {
			return
		}
		for _, q := range qs {
			if !q.Predict && q.Right() < 0 {
				t.Errorf("a question without a right answer got through: %+v", q)
			}
		}
	})
}

func TestIncludeTakesAFileOrARegionOfIt(t *testing.T) {
	files := fstest.MapFS{"server.go": {Data: []byte("package p\n\nfunc serve() {\n\t// region: loop\n\tfor {\n\t\taccept()\n\t}\n\t// endregion: loop\n}\n")}}
	got, err := include("before\n```go include server.go loop\n```\nafter\n", files)
	require.NoError(t, err)
	assert.Equal(t, "before\n```go\nfor {\n\taccept()\n}\n```\nafter\n", got)

	got, err = include("```go include server.go\n```\n", files)
	require.NoError(t, err)
	assert.Contains(t, got, "func serve() {")

	_, err = include("```go include client.go\n```\n", files)
	require.ErrorContains(t, err, "client.go")
	_, err = include("```go include server.go lop\n```\n", files)
	require.ErrorContains(t, err, `no region "lop"`)
}

func TestAQuizRefusesQuestionsThatCannotBeAsked(t *testing.T) {
	for text, says := range map[string]string{
		"- id: a\n  text: t\n  options: [{text: x, right: true, why: w}]":                                   "two options",
		"- id: a\n  text: t\n  options: [{text: x, why: w}, {text: y, why: w}]":                             "just one of them right",
		"- id: a\n  text: t\n  options: [{text: x, right: true, why: w}, {text: y, right: true, why: w}]":   "just one of them right",
		"- id: a\n  text: t\n  options: [{text: x, right: true, why: w}, {text: y}]":                        "does not say why",
		"- id: a\n  predict: true\n  text: t":                                                               "must say why",
		"- id: a\n  predict: true\n  text: t\n  why: w\n  options: [{text: x, right: true, why: w}]":        "has no options",
		"- text: t\n  options: [{text: x, right: true, why: w}, {text: y, why: w}]":                         "no id",
		"- id: a\n  options: [{text: x, right: true, why: w}, {text: y, why: w}]":                           "no text",
		"- id: a\n  text: t\n  answer: 3\n  options: [{text: x, right: true, why: w}, {text: y, why: w}]\n": "answer",
	} {
		_, err := ParseQuiz([]byte(text))
		assert.ErrorContains(t, err, says, text)
	}
}

func TestALadderIsTheSameWhateverTheClockAndTheKernelChose(t *testing.T) {
	quoted := "   11.3 │──SYN──▶│\n        │ port 38206  TCP  port 8898 │\n  190.2 │ ┃ 2026-11-23 18:30:05\n"
	assert.NoError(t, sameLadder(quoted, "  990.2 │ ┃ 2026-11-24 09:11:59\n    1.0 │──SYN────▶│\n │ port 45000  TCP  port 8898 │\n"))
	assert.ErrorContains(t, sameLadder(quoted, quoted+"  200.0 │──FIN──▶│\n"), "FIN")
	assert.ErrorContains(t, sameLadder(quoted+"  200.0 │──FIN──▶│\n", quoted), "FIN")
	assert.Error(t, sameLadder("port 8898", "port 8899"), "a port that we chose is not volatile")
	assert.NoError(t, sameLadder("│◀─UDP 12 bytes \"26 Nov 17:01\"─│", "│◀─UDP 12 bytes \"01 Dec 00:09\"─│"), "the day")
}

func TestALadderQuotedInPartKeepsOrderAndAct(t *testing.T) {
	ladder := "  ── Act 1: calm ──\n 1.0 │──SYN──▶│\n 2.0 │──ACK──▶│\n  ── Act 2: storm ──\n 3.0 │──SYN──▶│\n 4.0 │──FIN──▶│\n"
	assert.NoError(t, inOrder("  ── Act 1: calm ──\n 71.0 │──ACK───▶│\n", ladder))
	assert.NoError(t, inOrder(" 1.0 │──ACK──▶│\n 2.0 │──FIN──▶│\n", ladder), "without a title it may come from two acts")
	assert.ErrorContains(t, inOrder("  ── Act 1: calm ──\n 1.0 │──FIN──▶│\n", ladder), "not in that act")
	assert.ErrorContains(t, inOrder(" 1.0 │──FIN──▶│\n 2.0 │──SYN──▶│\n", ladder), "not behind")
	assert.ErrorContains(t, inOrder(" 1.0 │──RST──▶│\n", ladder), "RST")
	assert.Error(t, inOrder("\n", ladder))
}

func TestWhatAProgramPrintedIsQuotedWithoutControllingTheTerminal(t *testing.T) {
	output := func(program string, s trace.Stream, text string) trace.Event {
		return trace.Event{Kind: trace.KindOutput, Output: &trace.Output{Program: program, Stream: s, Data: []byte(text)}}
	}
	run := []trace.Event{output("server", trace.Stdout, "\x1b[31man"), output("client", trace.Stdout, "no\n"),
		output("server", trace.Stderr, "no\n"), output("server", trace.Stdout, "na\x1b[0m\u009b 太\r\n")}
	assert.Equal(t, `\x1b[31manna\x1b[0m\u009b 太`+"\n", printed(run, "server"))
	for _, info := range [][]string{{"excerpt", "--wire"}, {"printed"}} {
		_, err := quotable(run, info)
		assert.Error(t, err, "%v", info)
	}
}

func TestCopyFilesOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	files := fstest.MapFS{"server/main.go": {Data: []byte("package main")}, MistakeFile: {Data: []byte("what: x")}}
	require.NoError(t, CopyFiles(dir, files))
	assert.FileExists(t, dir+"/server/main.go")
	assert.NoFileExists(t, dir+"/"+MistakeFile)
	assert.Error(t, CopyFiles(dir, files))
}

func TestAMistakeFillsTheRolesItDoesNotHave(t *testing.T) {
	solution := fstest.MapFS{"server.py": {Data: []byte("ours")}, "client.py": {Data: []byte("ours")}}
	mistake := fstest.MapFS{"server/main.go": {Data: []byte("theirs")}, MistakeFile: {}}
	dir := t.TempDir()
	require.NoError(t, CopyFiles(dir, mistake))
	require.NoError(t, CopyFiles(dir, roles(solution, mistake)))
	assert.FileExists(t, dir+"/server/main.go")
	assert.FileExists(t, dir+"/client.py")
	assert.NoFileExists(t, dir+"/server.py")
}

func TestAVariantSaysWhatItIsAndWhoseLanguageItHas(t *testing.T) {
	l := &Lesson{Source: Topic{Exercise: ExerciseSource{Files: fstest.MapFS{
		"variants/ported/variant.yaml":    {Data: []byte("what: in JavaScript\nfill: go\n")},
		"variants/ported/server.js":       {Data: []byte("x")},
		"variants/ported/client/main.go":  {Data: []byte("x")},
		"variants/threads/variant.yaml":   {Data: []byte("what: with threads\n")},
		"variants/threads/server.py":      {Data: []byte("x")},
		"variants/threads/client/main.go": {Data: []byte("x")},
	}}}}
	got, err := l.Variants()
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.Equal(t, []string{"in JavaScript", "go"}, []string{got[0].What, got[0].Fill})
	assert.Equal(t, []string{"with threads", "python"}, []string{got[1].What, got[1].Fill})
	assert.True(t, got[0].Foreign())
	assert.False(t, got[1].Foreign())
	dir := t.TempDir()
	require.NoError(t, CopyFiles(dir, got[0].Files))
	assert.NoFileExists(t, dir+"/"+VariantFile)
}

func TestExpectMistakeWantsItsStepAndItsCause(t *testing.T) {
	m := Mistake{Step: "answers", Cause: check.KindSentNothing}
	report := func(step string, kind check.Kind) check.Report {
		return check.Report{Verdict: check.Failed, Steps: []check.StepReport{
			{Name: "first", Verdict: check.Passed},
			{Name: step, Verdict: check.Failed, Cause: &check.CauseReport{Kind: kind}},
		}}
	}
	assert.NoError(t, expectMistake(report("answers", check.KindSentNothing), m))
	assert.Error(t, expectMistake(report("answers", check.KindReset), m))
	assert.Error(t, expectMistake(report("closes", check.KindSentNothing), m))
	assert.Error(t, expectMistake(check.Report{Verdict: check.Passed}, m))
	assert.Error(t, expectMistake(check.Report{Verdict: check.Broken}, m))
}
