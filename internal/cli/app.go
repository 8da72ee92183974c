package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/study"
	"github.com/learnnet/learnnet/internal/term"
)

// app is what every command stands on.
type app struct {
	*term.Streams
	source course.Source
	dir    string // where the command was given
	getenv func(string) string

	loaded *course.Course
}

// course reads the topics, once.
func (a *app) course() (*course.Course, error) {
	if a.loaded == nil {
		c, err := course.Load(a.source)
		if err != nil {
			return nil, err
		}
		a.loaded = c
	}
	return a.loaded, nil
}

// lesson returns the topic of that name.
func (a *app) lesson(name string) (*course.Lesson, error) {
	c, err := a.course()
	if err != nil {
		return nil, err
	}
	// A shell that completes the folder's name puts a slash behind it.
	return c.Find(strings.TrimRight(strings.TrimPrefix(name, "./"), `/\`))
}

// store returns where progress is kept: in the workspace, or outside of one
// in the user's configuration folder.
func (a *app) store() (study.Store, error) {
	var s study.Store
	w, err := study.FindWorkspace(a.dir)
	if err == nil {
		s = w.Store()
	} else {
		config, err := os.UserConfigDir()
		if err != nil {
			return s, fmt.Errorf("find a folder for your progress: %w: set HOME, or go to a workspace", err)
		}
		s.Path = filepath.Join(config, "learnnet", "progress.json")
	}
	s.Damaged = func(kept string, why error) {
		a.Warnf("your progress file was damaged (%v)\nit is kept as %s, and a new one begins", why, kept)
	}
	return s, nil
}

// progress returns what is remembered; where that can't be read it says so and
// returns empty progress, since one can study without.
func (a *app) progress(ctx context.Context) *study.Progress {
	s, err := a.store()
	if err == nil {
		var p *study.Progress
		if p, err = s.Load(ctx); err == nil {
			return p
		}
	}
	if ctx.Err() == nil {
		a.Warnf("your progress can't be read: %v", err)
	}
	return &study.Progress{}
}

// remember changes the progress stored. Where that fails it says so and the
// command goes on.
func (a *app) remember(ctx context.Context, change func(p *study.Progress, now time.Time)) {
	s, err := a.store()
	if err == nil {
		err = s.Update(ctx, func(p *study.Progress) error {
			change(p, time.Now().Round(0))
			return nil
		})
	}
	if err != nil && ctx.Err() == nil {
		a.Warnf("your progress was not stored: %v", err)
	}
}

// exercise returns the exercise that is meant: the one named, or the one of
// this folder, or the last one worked on.
func (a *app) exercise(ctx context.Context, name string) (*course.Lesson, error) {
	if name != "" {
		return a.lesson(name)
	}
	c, err := a.course()
	if err != nil {
		return nil, err
	}
	if w, err := study.FindWorkspace(a.dir); err == nil {
		if l := bySlug(c, w.At(a.dir)); l != nil {
			return l, nil
		}
	}
	if l := bySlug(c, a.progress(ctx).LastExercise); l != nil {
		return l, nil
	}
	return nil, errors.New("which exercise? name it, or begin one: learnnet start EXERCISE\nlearnnet lessons lists them")
}

// bySlug returns the topic with just that slug, or nil.
func bySlug(c *course.Course, slug string) *course.Lesson {
	for _, l := range c.Topics {
		if l.Slug == slug {
			return l
		}
	}
	return nil
}

// started returns the folder of an exercise in the workspace, which must be
// there.
func (a *app) started(l *course.Lesson) (string, error) {
	w, err := study.FindWorkspace(a.dir)
	if err != nil {
		return "", err
	}
	dir := w.Exercise(l.Slug)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", fmt.Errorf("the exercise %s is not started: there is no folder %s\nbegin it with \"learnnet start %s\"", l.Slug, dir, l.Slug)
	}
	return dir, nil
}

// practice returns the command that leads on in a topic's exercise, and what it
// is for.
func (a *app) practice(ctx context.Context, l *course.Lesson) (command, what string) {
	if a.progress(ctx).Topic(l.Slug).Passed() {
		return "learnnet solution " + l.Slug, "our solution, to compare with yours"
	}
	if _, err := a.started(l); err == nil {
		return "learnnet watch " + l.Slug, "the exercise that you have started"
	}
	return "learnnet start " + l.Slug, "the exercise"
}

// here returns path as it is shortest to read from the current folder.
func (a *app) here(path string) string {
	rel, err := filepath.Rel(a.dir, path)
	if err != nil || len(rel) >= len(path) {
		return path
	}
	return rel
}

// bare is what a shell takes as it is.
var bare = regexp.MustCompile(`^[\pL\pN_./:\\~@%+=,-]+$`)

// quoted is a path as it can be pasted into a command.
func quoted(path string) string {
	switch {
	case bare.MatchString(path):
		return path
	case runtime.GOOS == "windows":
		return `"` + path + `"`
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
