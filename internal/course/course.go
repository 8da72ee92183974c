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
	Files fs.FS
	Demo  demo.Demo
	// Predictions compute, by the question's id, the right answer to a
	// prediction from the timeline of a run of the demo.
	Predictions map[string]func(run []trace.Event) (string, error)
}

// ExerciseSource is what an exercise's folder exports.
type ExerciseSource struct {
	// Files holds task.md, starter/{go,python}/ and mistakes/.
	Files fs.FS
	Suite check.Suite // its Exercise is filled in from the topic's slug
}

// A Course is all topics in teaching order.
type Course struct {
	Topics []*Lesson
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

// Load reads the topics' front matter and texts.
func Load(topics []Topic) (*Course, error) {
	c := &Course{}
	for i, t := range topics {
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

// NotFoundError says that a name is no topic's.
type NotFoundError struct {
	Name    string
	Matches []string // slugs that begin with Name, if several do
	Nearest string   // the slug most like it, if any is
}

func (e *NotFoundError) Error() string {
	switch {
	case len(e.Matches) > 0:
		return fmt.Sprintf("%q could be %s: type more of it", e.Name, strings.Join(e.Matches, " or "))
	case e.Nearest != "":
		return fmt.Sprintf("there is no topic %q; did you mean %s?", e.Name, e.Nearest)
	}
	return fmt.Sprintf("there is no topic %q; learnnet lessons lists them", e.Name)
}

// Find returns the topic with that slug, unique beginning of a slug, or number.
// Its error is a *NotFoundError.
func (c *Course) Find(name string) (*Lesson, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if n, err := strconv.Atoi(name); err == nil {
		if n >= 1 && n <= len(c.Topics) {
			return c.Topics[n-1], nil
		}
		return nil, &NotFoundError{Name: name}
	}
	var begin []*Lesson
	for _, l := range c.Topics {
		if l.Slug == name {
			return l, nil
		}
		if name != "" && strings.HasPrefix(l.Slug, name) {
			begin = append(begin, l)
		}
	}
	if len(begin) == 1 {
		return begin[0], nil
	}
	e := &NotFoundError{Name: name}
	for _, l := range begin {
		e.Matches = append(e.Matches, l.Slug)
	}
	best := 4 // more edits than that is no likeness
	for _, l := range c.Topics {
		if d := levenshtein.ComputeDistance(name, l.Slug); d < best && d < len(l.Slug) {
			best, e.Nearest = d, l.Slug
		}
	}
	return nil, e
}

// Next returns the topic after l, or nil.
func (c *Course) Next(l *Lesson) *Lesson {
	if l.Number < len(c.Topics) {
		return c.Topics[l.Number]
	}
	return nil
}
