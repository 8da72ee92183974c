package check

import (
	"context"
	"errors"
	"sync"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// On two processors, a lab beyond the first two costs more than it saves, unless
// it is for a step that waits. More than three of those at a time save little.
const (
	leastSideBySide = 2
	mostSideBySide  = 4
)

// sideBySide is how many of the steps are played at the same time: those that
// wait, and one that has work to do.
func sideBySide(steps []Step) int {
	n := 1
	for _, s := range steps {
		if s.Waits > 0 {
			n++
		}
	}
	return min(max(leastSideBySide, min(n, mostSideBySide)), len(steps))
}

// An openLab is a lab and the timeline it writes to.
type openLab struct {
	lab      *lab.Lab
	timeline *trace.Timeline
}

// labs are the labs of one check. The first decides of what kind they are; the
// others are opened for two hosts only, since on the loopback they would share
// the machine's ports.
type labs struct {
	opening []*opening
}

type opening struct {
	done chan struct{} // closed when the rest is set
	openLab
	err error
}

// openLabs begins to open n labs and returns at once.
func openLabs(ctx context.Context, isolation lab.Isolation, n int) *labs {
	l := &labs{}
	if isolation == lab.Loopback {
		n = min(n, 1)
	}
	for i := range n {
		kind := isolation
		if i > 0 {
			kind = lab.TwoHosts
		}
		o := &opening{done: make(chan struct{}), openLab: openLab{timeline: trace.New()}}
		l.opening = append(l.opening, o)
		go func() {
			defer close(o.done)
			o.lab, o.err = lab.Open(ctx, lab.Config{Timeline: o.timeline, Isolation: kind})
		}()
	}
	return l
}

// get waits for lab number i.
func (l *labs) get(i int) (*openLab, error) {
	o := l.opening[i]
	<-o.done // lab.Open ends with its context
	if o.err != nil {
		return nil, o.err
	}
	return &o.openLab, nil
}

// first waits for the lab that decides of what kind all are.
func (l *labs) first() (*openLab, error) {
	if len(l.opening) == 0 {
		return nil, errors.New("the exercise has no steps")
	}
	return l.get(0)
}

// close closes them all.
func (l *labs) close() {
	var wg sync.WaitGroup
	for i := range l.opening {
		wg.Go(func() {
			if in, err := l.get(i); err == nil {
				in.lab.Close()
			}
		})
	}
	wg.Wait()
}
