package check

import (
	"time"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/program"
	"github.com/learnnet/learnnet/internal/trace"
)

// A Report is what came of a check. Its JSON is described by
// docs/schema/check.schema.json.
type Report struct {
	Exercise  string                      `json:"exercise"`
	Verdict   Verdict                     `json:"verdict"`
	Score     int                         `json:"score"`
	MaxScore  int                         `json:"max_score"`
	Seed      uint64                      `json:"seed"`
	Isolation lab.Isolation               `json:"isolation"`
	Languages map[string]program.Language `json:"languages"` // by role
	Phases    Phases                      `json:"phases"`
	Steps     []StepReport                `json:"steps"`
}

// Phases are how long the parts of a check took, in milliseconds. Building and
// starting programs is off the steps' clock.
type Phases struct {
	Build float64 `json:"build_ms"` // finding and building the programs, while the lab opens
	Start float64 `json:"start_ms"` // starting programs until they were ready: the sum over all steps, some of which are played side by side
	Check float64 `json:"check_ms"` // the rest of the steps, likewise summed
}

// A StepReport is what came of one step.
type StepReport struct {
	Name       string       `json:"name"`
	Title      string       `json:"title"`
	Role       string       `json:"role"`
	Verdict    Verdict      `json:"verdict"`
	Points     int          `json:"points"` // earned
	MaxPoints  int          `json:"max_points"`
	Cause      *CauseReport `json:"cause"` // null unless failed or broken
	Rationale  string       `json:"rationale"`
	Hint       string       `json:"hint"`       // for the cause; may be empty
	Transcript []string     `json:"transcript"` // what checker and program did, a line each

	// Events is the part of the timeline that the step played, for drawing.
	Events []trace.Event `json:"-"`
	// Err is the cause itself, for errors.As; a Cause if the verdict is Failed.
	Err error `json:"-"`
}

// A CauseReport is a Cause in a report.
type CauseReport struct {
	Kind     Kind     `json:"kind"`
	Message  string   `json:"message"`
	Evidence []string `json:"evidence"`
}

func reportCause(err error) *CauseReport {
	if err == nil {
		return nil
	}
	if c, ok := err.(Cause); ok {
		evidence := c.Evidence()
		if evidence == nil {
			evidence = []string{}
		}
		return &CauseReport{Kind: c.Kind(), Message: c.Error(), Evidence: evidence}
	}
	return &CauseReport{Kind: "broken", Message: err.Error(), Evidence: []string{}}
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Round(10*time.Microsecond)) / float64(time.Millisecond)
}

// sum fills in the report's verdict and score from its steps.
func (r *Report) sum() {
	r.Score, r.MaxScore = 0, 0
	r.Verdict = Passed
	passed := 0
	for _, s := range r.Steps {
		r.Score += s.Points
		r.MaxScore += s.MaxPoints
		switch s.Verdict {
		case Passed:
			passed++
		case Broken:
			r.Verdict = Broken
		default:
			if r.Verdict != Broken {
				r.Verdict = Failed
			}
		}
	}
	if passed == 0 && r.Verdict == Passed {
		r.Verdict = Broken // a suite without steps proves nothing
	}
}
