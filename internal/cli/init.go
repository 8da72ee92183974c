package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/study"
)

func newInit(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Make a workspace for your programs",
		Long: "Make DIR, or this folder, the workspace for your programs. Every command finds it\n" +
			"from any folder below. Files that are there stay as they are.",
		Args: atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == "" {
				return errors.New("init needs a folder's name, not an empty one; without any it takes this folder")
			}
			return initWorkspace(cmd.Context(), a, first(args))
		},
	}
}

func initWorkspace(ctx context.Context, a *app, dir string) error {
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(a.dir, dir)
	}
	before := &study.Progress{}
	if _, err := study.FindWorkspace(a.dir); err != nil {
		before = a.progress(ctx) // what was read and answered outside of any workspace
	}
	around, err := study.FindWorkspace(filepath.Dir(dir))
	nested := err == nil
	w, made, err := study.InitWorkspace(dir)
	if err != nil {
		return err
	}
	if len(made) == 0 {
		a.Printf("%s is a workspace already: nothing to do.\n", w.Dir)
		return nil
	}
	if slices.Contains(made, study.Marker) && len(before.Topics) > 0 {
		err := w.Store().Update(ctx, func(p *study.Progress) error {
			p.Topics = before.Topics
			return nil
		})
		if err != nil {
			return err
		}
	}
	a.Printf("%s is now your workspace (made: %s).\n", w.Dir, strings.Join(made, ", "))
	if nested && slices.Contains(made, study.Marker) {
		a.Warnf("it lies inside another workspace, %s\neach has its own exercises and progress; remove %s if you meant that one",
			around.Dir, quoted(filepath.Join(w.Dir, study.Marker)))
	}
	c, err := a.course()
	if err != nil || len(c.Topics) == 0 {
		return err
	}
	if w.Dir != a.dir {
		a.Printf("Next: cd %s\n      learnnet read %s\n", quoted(a.here(w.Dir)), c.Topics[0].Slug)
		return nil
	}
	a.Printf("Next: learnnet read %s\n", c.Topics[0].Slug)
	return nil
}

func newStart(a *app) *cobra.Command {
	var lang string
	cmd := &cobra.Command{
		Use:   "start EXERCISE",
		Short: "Begin an exercise",
		Long: "Copy the exercise's starter and its task into the workspace. What is there is never\n" +
			"overwritten; \"learnnet reset\" begins anew and keeps a backup.",
		Args:              aTopic,
		ValidArgsFunction: completeTopics(a),
		RunE: func(cmd *cobra.Command, args []string) error {
			return start(cmd.Context(), a, args[0], lang)
		},
	}
	languageFlag(cmd, &lang, "the starter's language (the last one you used)", course.Languages...)
	return cmd
}

func start(ctx context.Context, a *app, name, lang string) error {
	l, err := a.lesson(name)
	if err != nil {
		return err
	}
	w, err := study.FindWorkspace(a.dir)
	if err != nil {
		return err
	}
	p := a.progress(ctx)
	if lang == "" {
		lang = usualLanguage(p)
	}
	starter, err := starterIn(l, lang)
	if err != nil {
		return err
	}
	task, err := l.Task()
	if err != nil {
		return fmt.Errorf("start %s: %w", l.Slug, err)
	}
	dir, err := w.Start(l.Slug, starter, task)
	if err != nil {
		return err
	}
	a.remember(ctx, func(p *study.Progress, _ time.Time) {
		p.LastExercise = l.Slug
		p.Topic(l.Slug).Language = lang
	})
	a.Printf("The exercise %s (%s) is in %s: the task is in its README.md.\n", l.Slug, lang, a.here(dir))
	a.Printf("Next: learnnet watch %s, and edit; it is checked whenever you save.\n", l.Slug)
	return nil
}

func starterIn(l *course.Lesson, lang string) (fs.FS, error) {
	starter, err := l.Starter(lang)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s has no starter in %q: choose --lang %s\n(any other language works too: see the task's roles, and write them yourself)",
			l.Slug, lang, strings.Join(course.Languages, " or "))
	}
	return starter, err
}

// usualLanguage is the language of the last exercise started, or one that this
// machine has.
func usualLanguage(p *study.Progress) string {
	if lang := p.Topic(p.LastExercise).Language; lang != "" {
		return lang
	}
	if _, err := exec.LookPath("go"); err != nil {
		return "python"
	}
	return "go"
}

func newReset(a *app) *cobra.Command {
	var lang string
	cmd := &cobra.Command{
		Use:               "reset EXERCISE",
		Short:             "Begin an exercise anew, with a backup of what is there",
		Args:              aTopic,
		ValidArgsFunction: completeTopics(a),
		RunE: func(cmd *cobra.Command, args []string) error {
			return resetExercise(cmd.Context(), a, args[0], lang)
		},
	}
	languageFlag(cmd, &lang, "the new starter's language (the same as before)", course.Languages...)
	return cmd
}

func resetExercise(ctx context.Context, a *app, name, lang string) error {
	l, err := a.lesson(name)
	if err != nil {
		return err
	}
	w, err := study.FindWorkspace(a.dir)
	if err != nil {
		return err
	}
	if lang == "" {
		lang = a.progress(ctx).Topic(l.Slug).Language
	}
	if lang != "" { // refuse before anything is moved
		if _, err := starterIn(l, lang); err != nil {
			return err
		}
	}
	inside := w.At(a.dir) == l.Slug
	kept, err := w.SetAside(l.Slug, time.Now())
	if err != nil {
		return err
	}
	if inside { // this folder has just moved away under us
		a.dir = w.Dir
	}
	if kept != "" {
		a.Printf("Your work is kept in %s.\n", a.here(kept))
	}
	if err := start(ctx, a, l.Slug, lang); err != nil {
		return err
	}
	if inside && kept != "" {
		a.Printf("Your shell is still in the old folder: cd %s\n", quoted(w.Exercise(l.Slug)))
	}
	return nil
}

// isDir reports whether path is a folder that can be looked at.
func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
