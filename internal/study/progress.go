// Package study is what a learner has: a workspace with programs, and progress.
//
// Both are plain files. Progress lies in a workspace's .learnnet folder, or in
// the user's own configuration folder for what is done outside of one. It is
// written atomically under a lock, so that two learnnets at once lose nothing.
package study

import (
	"fmt"
	"time"

	"github.com/learnnet/learnnet/internal/check"
)

// Progress is all that is remembered of a learner.
type Progress struct {
	Version      int               `json:"version"`
	LastExercise string            `json:"last_exercise,omitempty"` // the one started or checked last
	Topics       map[string]*Topic `json:"topics"`
}

// version of the file's format; files of a later one are left alone.
const version = 1

// Topic is what is remembered of one lesson and its exercise.
type Topic struct {
	Read     time.Time         `json:"read,omitzero"`
	Answers  map[string]Answer `json:"answers,omitempty"`  // by the question's id
	Language string            `json:"language,omitempty"` // the exercise was started in
	Best     Result            `json:"best,omitzero"`
	Last     Result            `json:"last,omitzero"`
	// Hints counts the hints taken, by step; CauseHints names the hints for a
	// cause that were given, as "step/cause".
	Hints      map[string]int  `json:"hints,omitempty"`
	CauseHints map[string]bool `json:"cause_hints,omitempty"`
	Revealed   time.Time       `json:"revealed,omitzero"` // the solution, before passing
}

// Answer is the first and the last answer to a question of a quiz.
type Answer struct {
	First bool      `json:"first"` // whether the first was right
	Last  bool      `json:"last"`
	At    time.Time `json:"at"` // of the last
}

// Result is what came of one check of an exercise.
type Result struct {
	Verdict  check.Verdict `json:"verdict"`
	Score    int           `json:"score"`
	MaxScore int           `json:"max_score"`
	Language string        `json:"language,omitempty"`
	Seed     uint64        `json:"seed"`
	At       time.Time     `json:"at"`
	// Steps are the verdicts by step; Failing is the first that failed, with
	// its cause.
	Steps   map[string]check.Verdict `json:"steps,omitempty"`
	Failing string                   `json:"failing,omitempty"`
	Cause   check.Kind               `json:"cause,omitempty"`
}

// Passed reports whether the exercise was ever passed.
func (t *Topic) Passed() bool { return t.Best.Verdict == check.Passed }

// Topic returns what is remembered of a topic, to be read or changed.
func (p *Progress) Topic(slug string) *Topic {
	if p.Topics == nil {
		p.Topics = make(map[string]*Topic)
	}
	t := p.Topics[slug]
	if t == nil {
		t = &Topic{}
		p.Topics[slug] = t
	}
	return t
}

// Answered records an answer to a question.
func (t *Topic) Answered(id string, right bool, at time.Time) {
	if t.Answers == nil {
		t.Answers = make(map[string]Answer)
	}
	a, before := t.Answers[id]
	if !before {
		a.First = right
	}
	a.Last, a.At = right, at
	t.Answers[id] = a
}

// Checked records what came of a check. A broken one says nothing about the
// learner's program and leaves the best result as it is.
func (p *Progress) Checked(r check.Report, at time.Time) {
	t := p.Topic(r.Exercise)
	p.LastExercise = r.Exercise
	t.Last = result(r, at)
	if r.Verdict != check.Passed && r.Verdict != check.Failed {
		return
	}
	if t.Best.Verdict == "" || t.Best.Verdict == check.Failed && (r.Verdict == check.Passed || r.Score > t.Best.Score) {
		t.Best = t.Last
		t.Best.Steps = nil
	}
}

func result(r check.Report, at time.Time) Result {
	out := Result{Verdict: r.Verdict, Score: r.Score, MaxScore: r.MaxScore, Seed: r.Seed, At: at,
		Language: languages(r), Steps: make(map[string]check.Verdict)}
	for _, s := range r.Steps {
		out.Steps[s.Name] = s.Verdict
		if s.Verdict == check.Failed && out.Failing == "" {
			out.Failing = s.Name
			if s.Cause != nil {
				out.Cause = s.Cause.Kind
			}
		}
	}
	return out
}

// languages names the languages of a report's programs: "go", or "go, python".
func languages(r check.Report) string {
	out := ""
	seen := make(map[string]bool)
	for _, s := range r.Steps {
		lang := string(r.Languages[s.Role])
		if lang == "" || seen[lang] {
			continue
		}
		seen[lang] = true
		if out != "" {
			out += ", "
		}
		out += lang
	}
	return out
}

// HintGiven counts a hint for a step.
func (t *Topic) HintGiven(step string) {
	if t.Hints == nil {
		t.Hints = make(map[string]int)
	}
	t.Hints[step]++
}

// CauseHintGiven marks the hint for a step's cause as given.
func (t *Topic) CauseHintGiven(step string, cause check.Kind) {
	if t.CauseHints == nil {
		t.CauseHints = make(map[string]bool)
	}
	t.CauseHints[causeKey(step, cause)] = true
}

// HadCauseHint reports whether the hint for a step's cause was given.
func (t *Topic) HadCauseHint(step string, cause check.Kind) bool {
	return t.CauseHints[causeKey(step, cause)]
}

func causeKey(step string, cause check.Kind) string { return fmt.Sprintf("%s/%s", step, cause) }
