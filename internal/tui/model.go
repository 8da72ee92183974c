package tui

import (
	"strings"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/ladder"
	"github.com/learnnet/learnnet/internal/step"
	"github.com/learnnet/learnnet/internal/trace"
)

// A pane is a part of the view that the keys can be meant for.
type pane int

const (
	ladderPane pane = iota
	detailPane
	socketPane
	clientInput
	serverInput
)

// A model is the view without a terminal: what is shown, selected and held.
type model struct {
	Options
	look  look
	story *story

	held   []step.Held
	frames []row // those of held that are frames, as the last rows of the ladder
	marked []int // rows of held calls
	turn   int   // the row of what goes on first; -1 for none
	paused bool
	over   bool // the timeline is complete

	follow   bool // the selection is what is held, or else the last row
	selected int  // unless follow
	field    int  // the selected field of the selected frame; -1 for none
	scroll   int  // the first socket shown
	top      int  // the first row shown
	page     int  // how many rows were shown

	focus   pane
	typed   map[trace.Host]string
	note    string // about the last key
	help    bool
	helpTop int  // the first line of it shown
	leaving bool // asked whether to quit without keeping what was done by hand
	saved   int  // how much of that is kept
	ended   ending
}

// ending says whether the view is to end, and how.
type ending int

const (
	goesOn ending = iota
	quits
	interrupted
)

func newModel(o Options) *model {
	m := &model{Options: o, look: newLook(o.Color, o.ASCII), field: -1, turn: -1, note: o.Note, typed: make(map[trace.Host]string),
		follow: o.Timeline != nil}
	m.story = newStory(m.look.to)
	m.add(o.Recording)
	m.see()
	return m
}

// add takes over events that have come.
func (m *model) add(events []trace.Event) {
	before := m.identity()
	for _, e := range events {
		m.story.add(e)
	}
	m.tellHeld()
	m.reselected(before)
}

// finish takes over that no more events will come.
func (m *model) finish() {
	m.over = true
	if m.note == "" {
		m.note = "The run is over; you can still look at all of it."
	}
	m.focus = min(m.focus, socketPane)
}

// see takes over what is held now.
func (m *model) see() {
	if m.Control == nil {
		return
	}
	before := m.identity()
	m.held, m.paused = m.Control.Held()
	m.tellHeld()
	m.reselected(before)
}

// tellHeld finds the rows of what is held. The events of held calls may still
// be on their way here.
func (m *model) tellHeld() {
	for _, i := range m.marked {
		m.story.rows[i].held = free
	}
	m.frames, m.marked, m.turn = m.frames[:0], m.marked[:0], -1
	for i, h := range m.held {
		how := isInRow
		if i == 0 {
			how = isHeld
		}
		at := len(m.story.rows) + len(m.frames)
		if h.Event.Frame != nil {
			r := m.story.waiting(h.Event)
			r.held, r.fate = how, fate(h.Fault)
			m.frames = append(m.frames, r)
		} else if at = m.rowOf(h.Event.Seq); at >= 0 {
			m.story.rows[at].held = how
			m.marked = append(m.marked, at)
		}
		if i == 0 {
			m.turn = at
		}
	}
}

// fate says in words what the wire does to a frame.
func fate(f lab.Fault) string {
	var does []string
	for _, w := range []struct {
		on   bool
		text string
	}{
		{f.Drop, "loses it"},
		{f.Corrupt > 0, "damages it"},
		{f.Duplicate, "doubles it"},
		{f.Swap, "lets the next overtake it"},
		{f.Delay > 0, "delays it by " + ladder.Milliseconds(f.Delay)},
	} {
		if w.on {
			does = append(does, w.text)
		}
	}
	return strings.Join(does, ", ")
}

// rowOf returns the row that tells of the event with that number, or -1.
func (m *model) rowOf(seq int) int {
	for i := len(m.story.rows) - 1; i >= 0; i-- {
		if m.story.rows[i].event.Seq == seq {
			return i
		}
	}
	return -1
}

func (m *model) rows() int { return len(m.story.rows) + len(m.frames) }

func (m *model) row(i int) *row {
	if n := len(m.story.rows); i >= n {
		return &m.frames[i-n]
	}
	return &m.story.rows[i]
}

// at returns the selected row; -1 if there is none.
func (m *model) at() int {
	switch {
	case m.follow && m.turn >= 0:
		return m.turn
	case m.follow:
		return m.rows() - 1
	}
	return min(m.selected, m.rows()-1)
}

// choose selects a row, and follows what happens from the last one on.
func (m *model) choose(i int) {
	before := m.identity()
	m.selected = max(min(i, m.rows()-1), 0)
	m.follow = m.Timeline != nil && m.selected == m.rows()-1
	m.reselected(before)
}

// An identity tells one row from another, wherever it stands.
type identity struct {
	event int
	frame *byte // of a frame that is held
}

// identity returns that of the selected row.
func (m *model) identity() identity {
	at := m.at()
	if at < 0 {
		return identity{event: -1}
	}
	r := m.row(at)
	if at >= len(m.story.rows) && len(r.event.Frame.Bytes) > 0 {
		return identity{frame: &r.event.Frame.Bytes[0]}
	}
	return identity{event: r.first}
}

// reselected forgets the selected field if another row than before is selected.
func (m *model) reselected(before identity) {
	if m.identity() != before {
		m.field = -1
	}
}

// fields returns the fields of the selected frame.
func (m *model) fields() []trace.Field {
	var out []trace.Field
	if at := m.at(); at >= 0 {
		for _, l := range layersOf(m.row(at)) {
			out = append(out, l.Fields...)
		}
	}
	return out
}

// browsing reports whether there is nothing to hold (any more), so that the
// keys for stepping move the selection.
func (m *model) browsing() bool { return m.Control == nil || m.over }

// heldFrame returns the frame that goes on next, or nil if it is not a frame's turn.
func (m *model) heldFrame() *row {
	if len(m.held) > 0 && m.held[0].Event.Frame != nil && len(m.frames) > 0 {
		return &m.frames[0]
	}
	return nil
}

// unsaved returns how many deeds at the wire are not kept.
func (m *model) unsaved() int {
	if m.Control == nil || m.Save == nil {
		return 0
	}
	return len(m.Control.Script()) - m.saved
}

// eventsAt returns how many events had happened when the selected row was the
// last one.
func (m *model) eventsAt() int {
	at := m.at()
	if at < 0 || at+1 >= len(m.story.rows) {
		return len(m.story.events)
	}
	return m.row(at + 1).first
}
