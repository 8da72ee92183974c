package course

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/learnnet/learnnet/internal/trace"
)

// ErrNoWire is why a prediction about frames has no answer.
var ErrNoWire = errors.New("count the frames: there are none, since the demo ran on the loopback, where there is no wire to look at")

// A Question is one of a lesson's quiz. A prediction is asked before the demo
// runs; its right answer is a number, computed from that run, and it has no options.
type Question struct {
	ID      string   `yaml:"id"`
	Predict bool     `yaml:"predict,omitempty"`
	Text    string   `yaml:"text"`
	Options []Option `yaml:"options,omitempty"`
	Why     string   `yaml:"why,omitempty"` // of a prediction: what the run shows
}

// An Option is one answer to choose, and why it is right or wrong.
type Option struct {
	Text  string `yaml:"text"`
	Right bool   `yaml:"right,omitempty"`
	Why   string `yaml:"why"`
}

// Right returns the index of the right option.
func (q Question) Right() int {
	for i, o := range q.Options {
		if o.Right {
			return i
		}
	}
	return -1
}

// Questions reads the lesson's quiz.yaml.
func (l *Lesson) Questions() ([]Question, error) {
	raw, err := fs.ReadFile(l.Source.Lesson.Files, "quiz.yaml")
	if err != nil {
		return nil, fmt.Errorf("quiz of %s: %w", l.Slug, err)
	}
	qs, err := ParseQuiz(raw)
	if err != nil {
		return nil, fmt.Errorf("quiz of %s: %w", l.Slug, err)
	}
	return qs, nil
}

// ParseQuiz reads a list of questions and refuses those that can't be asked.
func ParseQuiz(raw []byte) ([]Question, error) {
	var qs []Question
	if err := decodeYAML(raw, &qs); err != nil {
		return nil, err
	}
	for i, q := range qs {
		if err := q.validate(); err != nil {
			return nil, fmt.Errorf("question %d (%s): %w", i+1, q.ID, err)
		}
	}
	return qs, nil
}

func (q Question) validate() error {
	right := 0
	for _, o := range q.Options {
		if o.Right {
			right++
		}
		if strings.TrimSpace(o.Why) == "" {
			return fmt.Errorf("option %q does not say why", o.Text)
		}
	}
	switch {
	case q.ID == "":
		return errors.New("no id")
	case strings.TrimSpace(q.Text) == "":
		return errors.New("no text")
	case q.Predict && len(q.Options) > 0:
		return errors.New("a prediction has no options")
	case q.Predict && strings.TrimSpace(q.Why) == "":
		return errors.New("a prediction must say why")
	case !q.Predict && (len(q.Options) < 2 || right != 1):
		return errors.New("a question needs at least two options, just one of them right")
	}
	return nil
}

// Answer returns the right answer to a prediction in view of a run of the
// lesson's demo.
func (l *Lesson) Answer(q Question, run []trace.Event) (int, error) {
	f := l.Source.Lesson.Predictions[q.ID]
	if f == nil {
		return 0, fmt.Errorf("lesson %s computes no answer to %s", l.Slug, q.ID)
	}
	return f(run)
}
