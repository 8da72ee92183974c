package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/step"
	"github.com/learnnet/learnnet/internal/trace"
)

// An effect is what a key does outside of the model. It may block, and returns
// what to say of it.
type effect func() string

// A binding is what a key does.
type binding struct {
	keys string // as the terminal names them, separated by spaces
	show string // as people know them
	does string // in one or two words, for the foot of the screen
	tell string // for the help
	// on says whether the key has its use now, and so stands at the foot.
	on func(*model) bool
	do func(*model) effect
}

// How long a frame is delayed by hand, and how long one waits at most for the
// next to overtake it: stepping there takes its time.
const (
	delayByHand = 300 * time.Millisecond
	swapPatient = 10 * time.Second
)

var bindings = slices.Concat(runKeys()[:1], wireKeys(), runKeys()[1:], viewKeys())

func wireKeys() []binding {
	held := func(m *model) bool { return m.heldFrame() != nil }
	fault := func(f lab.Fault, said string) func(*model) effect {
		return func(m *model) effect { return m.disturb(f, said) }
	}
	return []binding{
		{"d", "d", "drop", "drop the held frame", held, fault(lab.Fault{Drop: true}, "lost")},
		{"u", "u", "duplicate", "deliver it twice", held, fault(lab.Fault{Duplicate: true}, "delivered twice")},
		{"l", "l", "delay", "deliver it 300 ms later", held, fault(lab.Fault{Delay: delayByHand}, "delayed by 300 ms")},
		{"x", "x", "swap", "let the next overtake it", held,
			fault(lab.Fault{Swap: true, Delay: swapPatient}, "waits for the next to overtake it")},
		{"b", "b", "flip byte", "flip a byte of it", held, (*model).flip},
	}
}

func runKeys() []binding {
	goes := func(until step.Until) func(*model) effect {
		return func(m *model) effect { return m.run(until) }
	}
	can := func(m *model) bool { return m.browsing() || m.paused }
	seen := func(m *model) bool { return can(m) && !m.Relay } // a relay sees neither calls nor states
	return []binding{
		{"space", "space", "one step", "let one call or frame go on", can, goes(step.Next)},
		{"c", "c", "next call", "run to the next call", seen, goes(step.NextCall)},
		{"f", "f", "next frame", "run to the next frame", can, goes(step.NextFrame)},
		{"s", "s", "next state", "run to a change of state", seen, goes(step.NextState)},
		{"r", "r", "run on", "run on, holding nothing", can, goes(step.End)},
		{"p", "p", "pause", "hold at the next step", func(m *model) bool { return !m.browsing() && !m.paused },
			func(m *model) effect { m.pause(); return nil }},
	}
}

func viewKeys() []binding {
	always := func(*model) bool { return true }
	never := func(*model) bool { return false }
	move := func(f func(*model)) func(*model) effect {
		return func(m *model) effect { f(m); return nil }
	}
	return []binding{
		{"up k", "↑ k", "", "up: row, field or socket", never, move(func(m *model) { m.move(-1) })},
		{"down j", "↓ j", "", "down", never, move(func(m *model) { m.move(1) })},
		{"left h", "← h", "", "the field before", never, move(func(m *model) { m.moveField(-1) })},
		{"right", "→", "", "the next field of a frame", never, move(func(m *model) { m.moveField(1) })},
		{"pgup", "PgUp", "", "a screen up", never, move(func(m *model) { m.choose(m.at() - max(m.page, 1)) })},
		{"pgdown", "PgDn", "", "a screen down", never, move(func(m *model) { m.choose(m.at() + max(m.page, 1)) })},
		{"home g", "Home g", "", "the first row", never, move(func(m *model) { m.choose(0) })},
		{"end G", "End G", "", "the last row, and follow", never, move(func(m *model) { m.choose(m.rows() - 1) })},
		{"tab", "Tab", "next pane", "next pane or keyboard", always,
			move(func(m *model) { m.tab(1) })},
		{"shift+tab", "Shift-Tab", "", "the pane before", never, move(func(m *model) { m.tab(-1) })},
		{"w", "w", "keep faults", "write your faults to a file", func(m *model) bool { return m.unsaved() > 0 }, (*model).keep},
		{"?", "?", "keys", "show this", always, move(func(m *model) { m.help, m.helpTop = true, 0 })},
		{"q", "q", "quit", "quit; so does Ctrl-C", always, move((*model).quit)},
	}
}

// key does what a key is for. Its name is as the terminal has it; text is what
// it types.
func (m *model) key(name, text string) effect {
	m.note = ""
	if name == "ctrl+c" {
		m.ended = interrupted
		return nil
	}
	if m.help {
		m.leaf(name)
		return nil
	}
	if name != "q" && name != "w" {
		m.leaving = false
	}
	if m.focus >= clientInput && name != "tab" && name != "shift+tab" {
		return m.typing(name, text)
	}
	for _, b := range bindings {
		for k := range strings.FieldsSeq(b.keys) {
			if k == name {
				return b.do(m)
			}
		}
	}
	return nil
}

// leaf turns the pages of the help, or leaves it.
func (m *model) leaf(name string) {
	switch name {
	case "up", "pgup":
		m.helpTop = max(m.helpTop-1, 0)
	case "down", "pgdown":
		m.helpTop++
	default:
		m.help = false
	}
}

// run lets the run go on, or, where there is none (any more), goes to what it
// would go to.
func (m *model) run(until step.Until) effect {
	if m.browsing() {
		m.jump(until)
		return nil
	}
	if !m.paused && until == step.Next {
		m.pause()
		return nil
	}
	m.follow = true
	m.Control.Go(until)
	m.see()
	return nil
}

func (m *model) pause() {
	if m.browsing() {
		return
	}
	m.follow = true
	m.Control.Pause()
	m.see()
}

// jump selects the next row of a kind.
func (m *model) jump(until step.Until) {
	want := map[step.Until]trace.Kind{step.NextCall: trace.KindCall, step.NextFrame: trace.KindFrame, step.NextState: trace.KindSocket}[until]
	for i := m.at() + 1; i < m.rows() && until != step.End; i++ {
		// A relay's arrow stands where a frame's would.
		if kind := m.row(i).kind; want == "" || kind == want || want == trace.KindFrame && kind == trace.KindRelay {
			m.choose(i)
			return
		}
	}
	if until == step.End || want == "" {
		m.choose(m.rows() - 1)
	}
	m.note = "there is no more of that to come"
	if m.at() == m.rows()-1 {
		m.note = "this is the end"
	}
}

// disturb does something to the held frame.
func (m *model) disturb(f lab.Fault, said string) effect {
	r := m.heldFrame()
	if m.Control == nil || r == nil {
		m.note = "no frame is held: f runs to the next one"
		if m.Relay || m.browsing() {
			m.note = "there is no frame to hold"
		}
		return nil
	}
	text := fmt.Sprintf("%s's %s: %s", r.host, r.text, said)
	if !m.Control.Do(f) {
		return nil // it has just passed
	}
	m.note, m.follow = text, true
	m.see()
	return nil
}

// flip damages a byte of the held frame.
func (m *model) flip() effect {
	r := m.heldFrame()
	if r == nil {
		return m.disturb(lab.Fault{}, "")
	}
	at, name := m.target(r)
	return m.disturb(lab.Fault{Corrupt: at}, fmt.Sprintf("byte %d flipped (%s)", at, name))
}

// target returns the byte of the held frame that is flipped, and what it is
// part of: of the selected field, or else of the innermost layer. The wire
// can't flip the first byte of all, so that stands for the second.
func (m *model) target(r *row) (at int, name string) {
	var f trace.Field
	for _, l := range layersOf(r) {
		if l.Name != "Padding" && len(l.Fields) > 0 {
			f = l.Fields[len(l.Fields)-1]
		}
	}
	if fields := m.fields(); m.at() >= 0 && m.row(m.at()) == r && m.field >= 0 && m.field < len(fields) {
		f = fields[m.field]
	}
	return max(min(f.Offset, len(r.event.Frame.Bytes)-1), 1), f.Name
}

// move moves within the pane that has the focus.
func (m *model) move(by int) {
	switch m.focus {
	case detailPane:
		m.moveField(by)
	case socketPane:
		m.scroll = max(m.scroll+by, 0) // the end is found when drawing
	default:
		m.choose(m.at() + by)
	}
}

func (m *model) moveField(by int) {
	n := len(m.fields())
	if m.field < 0 && by > 0 && n > 0 {
		m.field = m.firstField()
		return
	}
	m.field = min(max(m.field+by, -1), n-1)
}

// firstField is where one begins to look at a frame: the header that it is
// about, the innermost.
func (m *model) firstField() int {
	first, before := 0, 0
	for _, l := range layersOf(m.row(m.at())) {
		if l.Name != "Payload" && l.Name != "Padding" && !strings.HasPrefix(l.Name, "Quoted") {
			first = before
		}
		before += len(l.Fields)
	}
	return first
}

// tab gives the focus to another pane.
func (m *model) tab(by int) {
	n := int(socketPane) + 1
	if m.Type != nil && !m.over {
		n = int(serverInput) + 1
	}
	m.focus = pane((int(m.focus) + by + n) % n)
}

// typing takes a key for the keyboard of a program.
func (m *model) typing(name, text string) effect {
	h := trace.Client
	if m.focus == serverInput {
		h = trace.Server
	}
	line := m.typed[h]
	switch {
	case name == "esc":
		m.focus = ladderPane
	case name == "enter":
		m.typed[h] = ""
		give := m.Type
		return func() string { return failure(give(h, line+"\n")) }
	case name == "ctrl+d" && m.EndInput != nil:
		m.note = fmt.Sprintf("the %s's input is ended", h)
		end := m.EndInput
		return func() string { return failure(end(h)) }
	case name == "backspace":
		if r := []rune(line); len(r) > 0 {
			m.typed[h] = string(r[:len(r)-1])
		}
	case name == "ctrl+u":
		m.typed[h] = ""
	default:
		m.typed[h] += text
	}
	return nil
}

func failure(err error) string {
	if err != nil {
		return err.Error()
	}
	return ""
}

// keep writes down what was done by hand.
func (m *model) keep() effect {
	if m.unsaved() == 0 {
		m.note = "you have done nothing to the wire that is not kept"
		m.leaving = false
		return nil
	}
	how, err := m.Save()
	if err != nil {
		m.note = err.Error()
		return nil
	}
	m.saved = len(m.Control.Script())
	m.note, m.leaving = how, false
	return nil
}

// quit ends the view, but asks once if something is not kept.
func (m *model) quit() {
	if m.unsaved() > 0 && !m.leaving {
		m.leaving = true
		return
	}
	m.ended = quits
}
