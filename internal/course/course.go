// Package course holds the lessons, exercises and questions as plain types:
// how they are read from their folders, and how they are found.
package course

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/trace"
)

// A Topic is what the three folders of one slug hold: lessons/SLUG,
// exercises/SLUG and solutions/SLUG.
type Topic struct {
	Slug      string
	Lesson    LessonSource
	Exercise  ExerciseSource
	Solutions fs.FS // go/ and python/, each with one entry a role
}

// LessonSource is what a lesson's folder exports.
type LessonSource struct {
	// Files holds lesson.md, quiz.yaml and the demo's sources that lesson.md
	// includes.
	Files       fs.FS
	Demo        demo.Demo
	Predictions Predictions
}

// Predictions compute, by the question's id, the right answer to a prediction,
// which is a number, from the timeline of a run of the demo.
type Predictions map[string]func(run []trace.Event) (int, error)

// ExerciseSource is what an exercise's folder exports.
type ExerciseSource struct {
	// Files holds task.md, starter/{go,python}/ and mistakes/.
	Files fs.FS
	Suite check.Suite // its Exercise is filled in from the topic's slug
}

// A Source is everything that a course is read from.
type Source struct {
	Topics       []Topic // in teaching order
	Glossary     []byte  // YAML: a list of Term
	Bibliography []byte  // YAML: a Bibliography
}

// A Course is all topics in teaching order, and what they share.
type Course struct {
	Topics       []*Lesson
	Glossary     []Term // by name
	Bibliography Bibliography
}

// A Lesson is a topic as read from its folders.
type Lesson struct {
	Number int // from 1
	Slug   string
	Meta
	Text   string // Markdown, without front matter, with code included
	Source Topic
}

// Meta is a lesson's front matter.
type Meta struct {
	Title   string   `yaml:"title"`
	Unit    int      `yaml:"unit"`
	Minutes int      `yaml:"minutes"`         // reading, running and the exercise
	Needs   []string `yaml:"needs,omitempty"` // slugs of lessons to read before
	Summary string   `yaml:"summary"`         // one line for lists
}

// Units are the titles of the course's units, from unit 1.
var Units = []string{"", "How two programs find each other", "The four classic programs", "What real servers need"}

// Load reads the topics' front matter and texts, the glossary and the
// bibliography.
func Load(from Source) (*Course, error) {
	c := &Course{}
	var err error
	if c.Glossary, err = parseGlossary(from.Glossary); err != nil {
		return nil, fmt.Errorf("load the glossary: %w", err)
	}
	if err := decodeYAML(from.Bibliography, &c.Bibliography); err != nil {
		return nil, fmt.Errorf("load the bibliography: %w", err)
	}
	for i, t := range from.Topics {
		l, err := loadLesson(t)
		if err != nil {
			return nil, fmt.Errorf("load lesson %s: %w", t.Slug, err)
		}
		l.Number = i + 1
		c.Topics = append(c.Topics, l)
	}
	return c, nil
}

// Suite returns the exercise's steps.
func (l *Lesson) Suite() check.Suite {
	s := l.Source.Exercise.Suite
	s.Exercise = l.Slug
	return s
}

// NotFoundError says that nothing has a name.
type NotFoundError struct {
	What    string // "topic", "term"
	Lists   string // the command that lists them
	Name    string
	Matches []string // names that begin with Name, if several do
	Nearest string   // the name most like it, if any is
}

func (e *NotFoundError) Error() string {
	switch {
	case len(e.Matches) > 0:
		return fmt.Sprintf("%q could be %s: type more of it", e.Name, strings.Join(e.Matches, " or "))
	case e.Nearest != "":
		return fmt.Sprintf("there is no %s %q; did you mean %s?", e.What, e.Name, e.Nearest)
	}
	return fmt.Sprintf("there is no %s %q; %s lists them", e.What, e.Name, e.Lists)
}

// Find returns the topic with that slug, unique beginning of a slug, or number.
// Its error is a *NotFoundError.
func (c *Course) Find(name string) (*Lesson, error) {
	slugs := make([]string, len(c.Topics))
	for i, l := range c.Topics {
		slugs[i] = l.Slug
	}
	name = strings.TrimSpace(name)
	i, err := choose(name, slugs)
	if n, notNumber := strconv.Atoi(name); notNumber == nil {
		i, err = n-1, nil
		if n < 1 || n > len(c.Topics) {
			err = &NotFoundError{Name: name}
		}
	}
	if err != nil {
		err.What, err.Lists = "topic", "learnnet lessons"
		return nil, err
	}
	return c.Topics[i], nil
}

// choose returns the number of the one name that is meant: one of the names,
// in any case, or the unique beginning of one.
func choose(name string, names []string) (int, *NotFoundError) {
	name = strings.ToLower(strings.TrimSpace(name))
	var begin []int
	for i, n := range names {
		n = strings.ToLower(n)
		if n == name {
			return i, nil
		}
		if name != "" && strings.HasPrefix(n, name) {
			begin = append(begin, i)
		}
	}
	if len(begin) == 1 {
		return begin[0], nil
	}
	e := &NotFoundError{Name: name}
	for _, i := range begin {
		e.Matches = append(e.Matches, names[i])
	}
	best := 4 // more edits than that is no likeness
	for _, n := range names {
		if d := levenshtein.ComputeDistance(name, strings.ToLower(n)); d < best && d < len(n) {
			best, e.Nearest = d, n
		}
	}
	return 0, e
}

// Next returns the topic after l, or nil.
func (c *Course) Next(l *Lesson) *Lesson {
	if l.Number < len(c.Topics) {
		return c.Topics[l.Number]
	}
	return nil
}
