package course

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/lab"
)

// A Proof is one thing that must be true of a lesson or of its exercise: that a
// solution passes, that a mistake is caught where it should be, that a link
// leads somewhere.
type Proof struct {
	Name string // "solution go", "mistake reads-once"
	// Run returns nil if it is true, and otherwise tells the author what to
	// mend. The seed is for what draws by chance; 0 takes one by chance.
	Run func(ctx context.Context, seed uint64) error
}

// exerciseProofs wants the starters to fail, the solutions and the legal
// variants to pass, and each mistake to be caught where and why it says.
func (l *Lesson) exerciseProofs(isolation lab.Isolation) ([]Proof, error) {
	var out []Proof
	for _, lang := range Languages {
		starter, err := l.Starter(lang)
		if err != nil {
			return nil, fmt.Errorf("starter in %s: %w", lang, err)
		}
		solution, err := l.Solution(lang)
		if err != nil {
			return nil, fmt.Errorf("solution in %s: %w", lang, err)
		}
		out = append(out,
			Proof{"starter " + lang, func(ctx context.Context, seed uint64) error {
				r, err := l.checkFiles(ctx, l.Suite(), seed, isolation, starter)
				return errors.Join(err, starterFails(r))
			}},
			Proof{"solution " + lang, func(ctx context.Context, seed uint64) error {
				r, err := l.checkFiles(ctx, l.Suite(), seed, isolation, solution)
				return errors.Join(err, expectPassed(r))
			}})
	}
	mistakes, err := l.Mistakes()
	if err != nil {
		return nil, err
	}
	for _, m := range mistakes {
		solution, err := l.Solution(m.Fill)
		if err != nil {
			return nil, fmt.Errorf("mistake %s: %w", m.Name, err)
		}
		suite, err := judging(l.Suite(), m.Files)
		if err != nil {
			return nil, fmt.Errorf("mistake %s: %w", m.Name, err)
		}
		out = append(out, Proof{"mistake " + m.Name, func(ctx context.Context, seed uint64) error {
			// The first step that fails is to be this one: later ones don't matter.
			r, err := l.checkFiles(ctx, upTo(suite, m.Step), seed, isolation, m.Files, roles(solution, m.Files))
			return errors.Join(err, expectMistake(r, m))
		}})
	}
	variants, err := l.Variants()
	if err != nil {
		return nil, err
	}
	for _, v := range variants {
		solution, err := l.Solution(v.Fill)
		if err != nil {
			return nil, fmt.Errorf("variant %s: %w", v.Name, err)
		}
		suite, err := judging(l.Suite(), v.Files)
		if err != nil {
			return nil, fmt.Errorf("variant %s: %w", v.Name, err)
		}
		out = append(out, Proof{"variant " + v.Name, func(ctx context.Context, seed uint64) error {
			r, err := l.checkFiles(ctx, suite, seed, isolation, v.Files, roles(solution, v.Files))
			return errors.Join(err, expectPassed(r))
		}})
	}
	return out, nil
}

// judging returns the suite with the steps alone that judge one of the roles in
// files: what the solution that fills the others is worth has a proof of its own.
func judging(s check.Suite, files fs.FS) (check.Suite, error) {
	own, err := roleNames(files)
	s.Steps = slices.DeleteFunc(slices.Clone(s.Steps), func(step check.Step) bool { return !own[step.Role] })
	s.Roles = slices.DeleteFunc(slices.Clone(s.Roles), func(role string) bool { return !own[role] })
	if err == nil && len(s.Steps) == 0 {
		err = errors.New("it has none of the exercise's roles")
	}
	return s, err
}

// roleNames returns the names of what lies in a folder of programs, which are
// those of its roles, among others.
func roleNames(files fs.FS) (map[string]bool, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, err
	}
	names := make(map[string]bool)
	for _, e := range entries {
		names[role(e)] = true
	}
	return names, nil
}

func role(e fs.DirEntry) string { return strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())) }

// upTo returns the suite without what comes behind a step.
func upTo(s check.Suite, step string) check.Suite {
	i := slices.IndexFunc(s.Steps, func(s check.Step) bool { return s.Name == step })
	s.Steps = s.Steps[:i+1]
	return s
}

// roles returns fill without the roles that over has already.
func roles(fill, over fs.FS) fs.FS {
	return withoutRoles{FS: fill, over: over}
}

type withoutRoles struct {
	fs.FS
	over fs.FS
}

func (w withoutRoles) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(w.FS, name)
	if err != nil || name != "." {
		return entries, err
	}
	taken, err := roleNames(w.over)
	if err != nil {
		return nil, err
	}
	var out []fs.DirEntry
	for _, e := range entries {
		if !taken[role(e)] {
			out = append(out, e)
		}
	}
	return out, nil
}

// checkFiles checks a program that consists of the files of all parts.
func (l *Lesson) checkFiles(ctx context.Context, suite check.Suite, seed uint64, isolation lab.Isolation, parts ...fs.FS) (r check.Report, err error) {
	err = l.withFiles(parts, func(dir, cache string) error {
		r, err = check.Run(ctx, suite, dir, check.Options{Seed: seed, Isolation: isolation, Cache: cache})
		return err
	})
	return r, err
}

// withFiles calls f with a folder that holds the files of all parts, and one
// to build in, and removes both.
func (l *Lesson) withFiles(parts []fs.FS, f func(dir, cache string) error) (err error) {
	tmp, err := os.MkdirTemp("", "learnnet-"+l.Slug+"-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	dir, cache := filepath.Join(tmp, l.Slug), filepath.Join(tmp, "build")
	if err := os.Mkdir(cache, 0o700); err != nil {
		return err
	}
	for _, part := range parts {
		if err := CopyFiles(dir, part); err != nil {
			return err
		}
	}
	return f(dir, cache)
}

// Endure checks the exercise's solution in a language over and over, each time
// with another seed, building it once. It returns an error at the first
// verdict that is not passed.
func (l *Lesson) Endure(ctx context.Context, lang string, runs int, isolation lab.Isolation) error {
	solution, err := l.Solution(lang)
	if err != nil {
		return err
	}
	return l.withFiles([]fs.FS{solution}, func(dir, cache string) error {
		for i := range runs {
			r, err := check.Run(ctx, l.Suite(), dir, check.Options{Isolation: isolation, Cache: cache})
			if err := errors.Join(err, expectPassed(r)); err != nil {
				return fmt.Errorf("run %d of %d: %w", i+1, runs, err)
			}
		}
		return nil
	})
}

// CopyFiles copies a tree into dir, which must not hold any of its files yet.
// Scripts that begin with "#!" become executable.
func CopyFiles(dir string, files fs.FS) error {
	return fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(dir, filepath.FromSlash(path))
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		if d.Name() == MistakeFile || d.Name() == VariantFile {
			return nil
		}
		b, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		mode := os.FileMode(0o644)
		if strings.HasPrefix(string(b), "#!") {
			mode = 0o755
		}
		f, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if err != nil {
			return err
		}
		_, err = f.Write(b)
		return errors.Join(err, f.Close())
	})
}

// starterFails wants a starter that runs, and fails by what it doesn't do yet.
func starterFails(r check.Report) error {
	if r.Verdict != check.Failed {
		return fmt.Errorf("the starter must fail, but its verdict is %s\n%s", r.Verdict, describe(r))
	}
	for _, s := range r.Steps {
		if s.Cause == nil {
			continue
		}
		switch s.Cause.Kind {
		case check.KindBuildFailed, check.KindNotFound:
			return fmt.Errorf("the starter must compile and run\n%s", describe(r))
		}
	}
	return nil
}

func expectPassed(r check.Report) error {
	if r.Verdict != check.Passed {
		return fmt.Errorf("it must pass, but its verdict is %s\n%s", r.Verdict, describe(r))
	}
	return nil
}

// expectMistake wants the first step that fails to be the one that the mistake
// names, with the cause that it names.
func expectMistake(r check.Report, m Mistake) error {
	if r.Verdict != check.Failed {
		return fmt.Errorf("the mistake must fail, but its verdict is %s\n%s", r.Verdict, describe(r))
	}
	for _, s := range r.Steps {
		if s.Verdict != check.Failed {
			continue
		}
		if s.Name != m.Step || s.Cause.Kind != m.Cause {
			return fmt.Errorf("the mistake must fail at step %s with cause %s, but fails at %s with %s\n%s",
				m.Step, m.Cause, s.Name, s.Cause.Kind, describe(r))
		}
		return nil
	}
	return errors.New("no step failed")
}

// mostDescribed bounds the events of a step that are drawn for an author.
const mostDescribed = 200

// describe tells an author what a check saw.
func describe(r check.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  seed %d, %s\n", r.Seed, r.Isolation)
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "  %-8s %s\n", s.Verdict, s.Name)
		if s.Cause == nil {
			continue
		}
		fmt.Fprintf(&b, "           %s: %s\n", s.Cause.Kind, s.Cause.Message)
		for _, e := range s.Cause.Evidence {
			fmt.Fprintf(&b, "             %s\n", e)
		}
		for _, line := range s.Transcript {
			fmt.Fprintf(&b, "           | %s\n", line)
		}
		if drawn, err := draw(s.Events, false); err == nil && len(s.Events) < mostDescribed {
			b.WriteString(drawn)
		}
	}
	return b.String()
}
