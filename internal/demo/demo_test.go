package demo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// pair is a demo of two programs that say what they were given.
var pair = Demo{
	Programs: []Program{{
		Name: "talker",
		Impl: map[string]func(Stdio) error{"go": func(s Stdio) error {
			if len(s.Args) == 0 {
				return errors.New("nothing to say")
			}
			fmt.Fprintln(s.Stdout, "says", strings.Join(s.Args, " ")+os.Getenv("MOOD"))
			in := bufio.NewScanner(s.In)
			for in.Scan() {
				fmt.Fprintln(s.Stdout, "heard", in.Text())
			}
			return in.Err()
		}},
		Text: map[string]string{"python": "import sys\nprint('says', *sys.argv[1:])\nfor l in sys.stdin: print('heard', l, end='')"},
	}},
}

// maker is a demo of a program that leaves a file where it runs.
var maker = Demo{Programs: []Program{{Name: "maker", Impl: map[string]func(Stdio) error{"go": func(Stdio) error {
	return os.WriteFile("made", nil, 0o600)
}}}}}

func TestMain(m *testing.M) {
	lab.Main()
	Main(func(lesson string) (Demo, bool) {
		if lesson == "maker" {
			return maker, true
		}
		return pair, lesson == "pair"
	})
	os.Exit(m.Run())
}

func TestPlayRunsTheProgramsInEachLanguage(t *testing.T) {
	for _, lang := range []string{"go", "python"} {
		t.Run(lang, func(t *testing.T) {
			if _, err := exec.LookPath("python3"); lang == "python" && err != nil {
				t.Skip("python3 is not installed")
			}
			d := pair
			d.Play = func(ctx context.Context, s *Stage) error {
				p, err := s.StartAs(ctx, trace.Server, "anna", "talker", "hello", "there")
				if err != nil {
					return err
				}
				if err := p.Input([]byte("you\n")); err != nil {
					return err
				}
				if err := p.CloseInput(); err != nil {
					return err
				}
				exit, err := p.Wait(ctx)
				assert.True(t, exit.OK())
				assert.Equal(t, "says hello there\nheard you\n", p.Stdout().String())
				s.Say(trace.Server, "is content")
				return err
			}
			tl := trace.New()
			kind := lab.Isolation("")
			require.NoError(t, Play(t.Context(), d, Options{Lesson: "pair", Language: lang, Timeline: tl,
				OnLab: func(l *lab.Lab) { kind = l.Isolation() }}))
			assert.NotEmpty(t, kind)
			var said []string
			for e := range tl.Follow(t.Context()) { // ends, since Play closes the timeline
				if e.Action != nil {
					said = append(said, e.Action.Text)
				}
				if e.Process != nil {
					assert.Equal(t, "anna", e.Process.Program)
				}
			}
			assert.Equal(t, []string{"is content"}, said)
		})
	}
}

func TestAProgramThatFailsSaysWhyAndEndsWithStatus1(t *testing.T) {
	d := pair
	d.Play = func(ctx context.Context, s *Stage) error {
		p, err := s.Start(ctx, trace.Client, "talker")
		if err != nil {
			return err
		}
		exit, err := p.Wait(ctx)
		assert.Equal(t, 1, exit.Status)
		assert.Equal(t, "talker: nothing to say\n", p.Stderr().String())
		return err
	}
	require.NoError(t, Play(t.Context(), d, Options{Lesson: "pair", Timeline: trace.New()}))
}

func TestOptionsAddToTheProgramsEnvironment(t *testing.T) {
	t.Setenv("MOOD", " sadly")
	for _, c := range []struct {
		env  []string
		says string
	}{{nil, "says hello sadly\n"}, {[]string{"MOOD="}, "says hello\n"}} {
		d := pair
		d.Play = func(ctx context.Context, s *Stage) error {
			p, err := s.Start(ctx, trace.Client, "talker", "hello")
			if err != nil {
				return err
			}
			if err := p.CloseInput(); err != nil {
				return err
			}
			_, err = p.Wait(ctx)
			assert.Equal(t, c.says, p.Stdout().String())
			return err
		}
		require.NoError(t, Play(t.Context(), d, Options{Lesson: "pair", Timeline: trace.New(), Env: c.env}))
	}
}

func TestPlayRefusesWhatTheDemoDoesNotHave(t *testing.T) {
	var unknown *UnknownLanguageError
	err := Play(t.Context(), pair, Options{Lesson: "pair", Language: "raw", Timeline: trace.New()})
	require.ErrorAs(t, err, &unknown)
	assert.Equal(t, []string{"go", "python"}, unknown.Have)
}

func TestACancelledDemoLeavesNothing(t *testing.T) {
	d := pair
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("Ctrl-C")
	var program *lab.Process
	d.Play = func(ctx context.Context, s *Stage) (err error) {
		program, err = s.Start(ctx, trace.Client, "talker", "for ever")
		if err != nil {
			return err
		}
		program.Stdout().Until(ctx, func(b []byte) bool { return len(b) > 0 })
		cancel(stop)
		_, err = program.Wait(ctx)
		return err
	}
	require.ErrorIs(t, Play(ctx, d, Options{Lesson: "pair", Timeline: trace.New()}), stop)
	select {
	case <-program.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("the program still runs")
	}
}

func TestTheFolderIsWhereProgramsRunAndGoesWithTheDemo(t *testing.T) {
	d := maker
	var folder string
	d.Play = func(ctx context.Context, s *Stage) error {
		if err := s.Folder(); err != nil {
			return err
		}
		folder = s.folder
		p, err := s.StartUnfollowed(ctx, trace.Server, "maker")
		if err != nil {
			return err
		}
		_, err = p.Wait(ctx)
		assert.FileExists(t, filepath.Join(folder, "made"))
		return err
	}
	require.NoError(t, Play(t.Context(), d, Options{Lesson: "maker", Timeline: trace.New()}))
	assert.NoDirExists(t, folder)

	ctx, cancel := context.WithCancel(t.Context())
	d.Play = func(ctx context.Context, s *Stage) error {
		err := s.Folder()
		folder = s.folder
		cancel() // Ctrl-C
		return err
	}
	require.ErrorIs(t, Play(ctx, d, Options{Lesson: "maker", Timeline: trace.New()}), context.Canceled)
	assert.NoDirExists(t, folder)
}
