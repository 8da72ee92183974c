package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/learnnet/learnnet/internal/trace"
)

// frameTime is the least time between two drawings of the screen.
const frameTime = time.Second / 60

// Run shows the view until the person quits, which is no error; ends it with
// Ctrl-C, which is ErrInterrupted; or ctx is done, whose cause it then returns.
// The run goes on meanwhile, and is nobody's but the caller's to end.
func Run(ctx context.Context, o Options) error {
	profile := colorprofile.ASCII
	if o.Color {
		profile = colorprofile.ANSI
	}
	return run(ctx, &shell{model: newModel(o)}, tea.WithInput(keyboard(o.In)), tea.WithOutput(o.Out), tea.WithColorProfile(profile))
}

// keyboard returns in. If that is a terminal or another file, its end is an
// error, which ends the view: nobody is there any more. In raw mode a terminal
// has no other end of input; bubbletea itself would wait for keys for ever.
func keyboard(in io.Reader) io.Reader {
	if f, ok := in.(*os.File); ok {
		return endless{f}
	}
	return in
}

type endless struct{ *os.File }

func (e endless) Read(b []byte) (int, error) {
	n, err := e.File.Read(b)
	if errors.Is(err, io.EOF) {
		err = errors.New("the terminal is gone")
	}
	return n, err
}

func run(ctx context.Context, s *shell, with ...tea.ProgramOption) error {
	o := s.model.Options
	p := tea.NewProgram(s, append(with, tea.WithoutSignalHandler(), tea.WithFPS(60))...)
	following, stop := context.WithCancel(ctx)
	defer stop()
	go feed(following, o, p.Send)
	go func() {
		<-following.Done()
		p.Quit()
	}()
	_, err := p.Run()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return fmt.Errorf("show the run: %w", err)
	case s.model.ended == interrupted:
		return ErrInterrupted
	}
	return nil
}

// What the shell is told besides keys.
type (
	happened []trace.Event // events that have come, in order
	over     struct{}      // no more will come
	stirred  struct{}      // what is held has changed
	answered string        // what there is to say of a key's effect
)

// feed tells send what happens, as often as the screen is drawn at most, until
// ctx is done.
func feed(ctx context.Context, o Options, send func(tea.Msg)) {
	if o.Timeline == nil {
		return
	}
	if o.Control != nil {
		go func() {
			for ctx.Err() == nil {
				changed := o.Control.Changed()
				send(stirred{})
				select {
				case <-changed:
				case <-ctx.Done():
				}
			}
		}()
	}
	var mu sync.Mutex
	var waiting []trace.Event
	grown := make(chan struct{}, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for e := range o.Timeline.Follow(ctx) {
			mu.Lock()
			waiting = append(waiting, e)
			mu.Unlock()
			select {
			case grown <- struct{}{}:
			default:
			}
		}
	}()
	flush := func() {
		mu.Lock()
		batch := waiting
		waiting = nil
		mu.Unlock()
		if len(batch) > 0 {
			send(happened(batch))
		}
	}
	for {
		select {
		case <-grown:
			flush()
			select {
			case <-time.After(frameTime):
			case <-ctx.Done():
				return
			}
		case <-ended:
			flush()
			if ctx.Err() == nil {
				send(over{})
			}
			return
		}
	}
}

// A shell is a model on a terminal.
type shell struct {
	model *model
	size  size
	drawn func(lines []string) // if set, is told of each screen
}

func (s *shell) Init() tea.Cmd { return nil }

func (s *shell) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		s.size = size{msg.Width, msg.Height}
	case happened:
		s.model.add(msg)
	case over:
		s.model.finish()
	case stirred:
		s.model.see()
	case answered:
		if msg != "" {
			s.model.note = string(msg)
		}
	case tea.KeyPressMsg:
		return s, s.key(msg.String(), msg.Text)
	case tea.PasteMsg:
		if s.model.focus < clientInput {
			return s, nil
		}
		var do []tea.Cmd
		for i, line := range strings.Split(strings.ReplaceAll(msg.Content, "\r\n", "\n"), "\n") {
			if i > 0 {
				do = append(do, s.key("enter", ""))
			}
			s.model.key("", line)
		}
		return s, tea.Sequence(do...)
	}
	return s, nil
}

func (s *shell) key(name, text string) tea.Cmd {
	do := s.model.key(name, text)
	if s.model.ended != goesOn {
		return tea.Quit
	}
	if do == nil {
		return nil
	}
	return func() tea.Msg { return answered(do()) }
}

func (s *shell) View() tea.View {
	lines := s.model.view(s.size)
	if s.drawn != nil {
		s.drawn(lines)
	}
	v := tea.NewView(strings.Join(lines, "\n"))
	v.AltScreen = true
	return v
}
