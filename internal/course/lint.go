package course

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/lab"
)

// sections are the parts of a lesson, in order: predict, run, investigate,
// modify, make.
var sections = []string{"Why", "Predict", "Run", "What you saw", "The idea", "Traps", "Your turn", "Check yourself"}

// The bounds of a lesson's length, in words, and of its quiz.
const (
	minWords, maxWords         = 900, 1800
	minPredictions             = 2
	minQuestions, maxQuestions = 5, 8
	minMistakes                = 6
	minVariants                = 4
	allPoints                  = 100
)

// Proofs returns everything that must be true of the lesson and its exercise.
// What runs programs runs them in a lab of the given kind, if it is set.
func (c *Course) Proofs(l *Lesson, isolation lab.Isolation) ([]Proof, error) {
	texts := []struct {
		name  string
		holds func() error
	}{
		{"front matter", func() error { return c.lintMeta(l) }},
		{"sections and length", l.lintText},
		{"reading", l.lintReading},
		{"RFCs and links", func() error { return c.lintSources(l) }},
		{"further reading", func() error { return c.lintFurtherReading(l) }},
		{"commands and links", func() error { return c.lintReferences(l) }},
		{"ladders quoted in part", l.lintExcerpts},
		{"questions", l.lintQuestions},
		{"task and steps", l.lintExercise},
		{"files", l.lintFiles},
	}
	var out []Proof
	for _, t := range texts {
		out = append(out, Proof{t.name, func(context.Context, uint64) error { return t.holds() }})
	}
	out = append(out, l.demoProofs(isolation)...)
	exercise, err := l.exerciseProofs(isolation)
	return append(out, exercise...), err
}

// SharedProofs returns what must be true of the course as a whole.
func (c *Course) SharedProofs() []Proof {
	var out []Proof
	for _, t := range []struct {
		name  string
		holds func() error
	}{
		{"glossary", c.lintGlossary},
		{"bibliography", c.lintBibliography},
		{"nothing is explained twice", c.lintTwice},
	} {
		out = append(out, Proof{t.name, func(context.Context, uint64) error { return t.holds() }})
	}
	return out
}

func (c *Course) lintMeta(l *Lesson) error {
	var errs []error
	if l.Title == "" || l.Summary == "" {
		errs = append(errs, errors.New("title and summary must say something"))
	}
	if l.Unit < 1 || l.Unit >= len(Units) {
		errs = append(errs, fmt.Errorf("there is no unit %d", l.Unit))
	}
	if l.Minutes < 5 || l.Minutes > 180 {
		errs = append(errs, fmt.Errorf("%d minutes are no time for a lesson", l.Minutes))
	}
	for _, need := range l.Needs {
		n, err := c.Find(need)
		switch {
		case err != nil || n.Slug != need:
			errs = append(errs, fmt.Errorf("it needs %q, which is no topic's slug", need))
		case n.Number >= l.Number:
			errs = append(errs, fmt.Errorf("it needs %q, which comes later", need))
		}
	}
	return errors.Join(errs...)
}

func (l *Lesson) lintText() error {
	var found []string
	titles, words := 0, 0
	for _, b := range splitBlocks(l.Text) {
		if b.fenced {
			continue
		}
		for line := range strings.Lines(b.text) {
			if strings.HasPrefix(line, "# ") {
				titles++
			}
			if h, ok := strings.CutPrefix(line, "## "); ok {
				found = append(found, strings.TrimSpace(h))
			}
		}
		words += len(strings.Fields(b.text))
	}
	var errs []error
	if titles != 1 {
		errs = append(errs, fmt.Errorf("it has %d titles (lines that begin with #); it needs just one", titles))
	}
	if !slices.Equal(found, sections) {
		errs = append(errs, fmt.Errorf("its sections are %q; they must be %q", found, sections))
	}
	if words < minWords || words > maxWords {
		errs = append(errs, fmt.Errorf("it has %d words of text; a lesson has %d to %d", words, minWords, maxWords))
	}
	return errors.Join(errs...)
}

// A block of Markdown: text, or what stands between fences.
type block struct {
	fenced bool
	info   string // behind the opening fence
	text   string
}

func splitBlocks(text string) []block {
	var out []block
	current := block{}
	flush := func(next block) {
		if current.text != "" || current.fenced {
			out = append(out, current)
		}
		current = next
	}
	for line := range strings.Lines(text) {
		info, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && !current.fenced:
			flush(block{fenced: true, info: strings.TrimSpace(info)})
		case fence:
			flush(block{})
		default:
			current.text += line
		}
	}
	flush(block{})
	return out
}

var (
	commandInText = regexp.MustCompile(`learnnet (read|demo|quiz|start|check|watch|hint|solution|reset) ([a-z0-9][a-z0-9-]*)`)
	linkInText    = regexp.MustCompile(`\]\(([^)]+)\)`)
)

// lintReferences wants every topic that a quoted command names to exist, every
// link to be an https address or another topic's slug, and a lesson's block of
// commands to say that it is one, since those are run.
func (c *Course) lintReferences(l *Lesson) error {
	task, err := l.Task()
	if err != nil {
		return err
	}
	var errs []error
	for _, b := range splitBlocks(l.Text) {
		if b.fenced && b.info == "" && isCommand(b.text) {
			errs = append(errs, fmt.Errorf("write ```sh above %q", strings.TrimSpace(b.text)))
		}
	}
	for _, text := range []string{l.Text, task} {
		for _, m := range commandInText.FindAllStringSubmatch(text, -1) {
			if _, err := c.Find(m[2]); err != nil {
				errs = append(errs, fmt.Errorf("%q: %w", m[0], err))
			}
		}
		for _, b := range splitBlocks(text) {
			for _, m := range linkInText.FindAllStringSubmatch(b.text, -1) {
				if b.fenced || strings.HasPrefix(m[1], "https://") {
					continue
				}
				if n, err := c.Find(m[1]); err != nil || n.Slug != m[1] {
					errs = append(errs, fmt.Errorf("the link %q leads nowhere", m[1]))
				}
			}
		}
	}
	return errors.Join(errs...)
}

func (l *Lesson) lintQuestions() error {
	qs, err := l.Questions()
	if err != nil {
		return err
	}
	var errs []error
	seen := make(map[string]bool)
	predictions, others := 0, 0
	for _, q := range qs {
		if seen[q.ID] {
			errs = append(errs, fmt.Errorf("two questions are called %s", q.ID))
		}
		seen[q.ID] = true
		if !q.Predict {
			others++
			continue
		}
		predictions++
		if l.Source.Lesson.Predictions[q.ID] == nil {
			errs = append(errs, fmt.Errorf("nothing computes the answer to the prediction %s", q.ID))
		}
	}
	for id := range l.Source.Lesson.Predictions {
		if !seen[id] {
			errs = append(errs, fmt.Errorf("an answer is computed for %s, which is no question", id))
		}
	}
	if predictions < minPredictions {
		errs = append(errs, fmt.Errorf("it has %d predictions; a quiz has at least %d", predictions, minPredictions))
	}
	if others < minQuestions || others > maxQuestions {
		errs = append(errs, fmt.Errorf("it has %d questions beside the predictions; a quiz has %d to %d", others, minQuestions, maxQuestions))
	}
	return errors.Join(errs...)
}

func (l *Lesson) lintExercise() error {
	suite := l.Suite()
	var errs []error
	seen := make(map[string]bool)
	points := 0
	for _, s := range suite.Steps {
		errs = append(errs, lintStep(s, suite, seen)...)
		seen[s.Name] = true
		points += s.Points
	}
	if points != allPoints {
		errs = append(errs, fmt.Errorf("the steps are worth %d points; together they must be worth %d", points, allPoints))
	}
	if task, err := l.Task(); err != nil || strings.TrimSpace(task) == "" {
		errs = append(errs, fmt.Errorf("task.md says nothing: %w", err))
	}
	mistakes, err := l.Mistakes()
	if err != nil {
		errs = append(errs, err)
	} else if len(mistakes) < minMistakes {
		errs = append(errs, fmt.Errorf("it knows %d mistakes; it must know at least %d", len(mistakes), minMistakes))
	}
	for _, m := range mistakes {
		if m.What == "" || m.Cause == "" {
			errs = append(errs, fmt.Errorf("mistake %s must say what it is and which cause it has", m.Name))
		}
	}
	return errors.Join(append(errs, l.lintVariants())...)
}

func (l *Lesson) lintVariants() error {
	variants, err := l.Variants()
	if err != nil {
		return err
	}
	var errs []error
	if len(variants) < minVariants {
		errs = append(errs, fmt.Errorf("it knows %d legal variants; it must know at least %d", len(variants), minVariants))
	}
	for _, v := range variants {
		if v.What == "" {
			errs = append(errs, fmt.Errorf("variant %s must say what it is", v.Name))
		}
	}
	if !slices.ContainsFunc(variants, Variant.Foreign) {
		errs = append(errs, errors.New("all its variants are in Go or Python; one must be in another language"))
	}
	return errors.Join(errs...)
}

func lintStep(s check.Step, suite check.Suite, earlier map[string]bool) []error {
	var errs []error
	add := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("step "+s.Name+": "+format, args...))
	}
	if earlier[s.Name] {
		add("its name is taken")
	}
	if !slices.Contains(suite.Roles, s.Role) {
		add("the exercise has no role %q", s.Role)
	}
	for _, a := range s.After {
		if !earlier[a] {
			add("it comes after %q, which is no earlier step", a)
		}
	}
	if s.Title == "" || s.Rationale == "" || s.Run == nil || s.Points <= 0 {
		add("it needs a title, a rationale, points and a function")
	}
	if len(s.Hints) != 3 {
		add("it has %d hints; give three, each stronger than the last", len(s.Hints))
	}
	return errs
}

// lintFiles wants nothing among the exercise's and the solution's files that
// nobody will ever see.
func (l *Lesson) lintFiles() error {
	var errs []error
	roles := l.Suite().Roles
	program := func(name string) bool {
		return slices.Contains(roles, strings.TrimSuffix(name, path.Ext(name)))
	}
	stray := func(where string, files fs.FS, known func(name string) bool) {
		entries, err := fs.ReadDir(files, ".")
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", where, err))
		}
		for _, e := range entries {
			if !known(e.Name()) {
				errs = append(errs, fmt.Errorf("%s: stray file %s", where, e.Name()))
			}
		}
	}
	stray("exercise", l.Source.Exercise.Files, func(n string) bool { return n == "task.md" || n == "starter" || n == "mistakes" || n == "variants" })
	stray("solutions", l.Source.Solutions, func(n string) bool { return slices.Contains(Languages, n) })
	for _, lang := range Languages {
		for where, get := range map[string]func(string) (fs.FS, error){"starter": l.Starter, "solution": l.Solution} {
			files, err := get(lang)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			stray(where+" "+lang, files, program)
		}
	}
	mistakes, err := l.Mistakes()
	if err != nil {
		errs = append(errs, err)
	}
	for _, m := range mistakes {
		stray("mistake "+m.Name, m.Files, func(n string) bool { return n == MistakeFile || program(n) })
	}
	variants, err := l.Variants()
	if err != nil {
		errs = append(errs, err)
	}
	for _, v := range variants {
		stray("variant "+v.Name, v.Files, func(n string) bool { return n == VariantFile || program(n) })
	}
	return errors.Join(errs...)
}
