package course

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/learnnet/learnnet/internal/check"
)

// Languages are those in which every exercise has a starter and a solution.
var Languages = []string{"go", "python"}

// Task returns the exercise's task, in Markdown.
func (l *Lesson) Task() (string, error) {
	b, err := fs.ReadFile(l.Source.Exercise.Files, "task.md")
	return string(b), err
}

// Starter returns the files that an exercise starts with in a language.
func (l *Lesson) Starter(lang string) (fs.FS, error) {
	return folder(l.Source.Exercise.Files, path.Join("starter", lang))
}

// Solution returns the files of the exercise's solution in a language.
func (l *Lesson) Solution(lang string) (fs.FS, error) {
	return folder(l.Source.Solutions, lang)
}

func folder(files fs.FS, dir string) (fs.FS, error) {
	if _, err := fs.Stat(files, dir); err != nil {
		return nil, err
	}
	return fs.Sub(files, dir)
}

// A Mistake is a wrong program that people really write, with where and why
// the check must catch it.
type Mistake struct {
	Name  string     `yaml:"-"`
	What  string     `yaml:"what"`  // the mistake in one sentence
	Step  string     `yaml:"step"`  // the first step that must fail
	Cause check.Kind `yaml:"cause"` // with this cause
	// Fill is the language of the solution that fills the roles this mistake
	// doesn't have; "python" if empty.
	Fill  string `yaml:"fill,omitempty"`
	Files fs.FS  `yaml:"-"`
}

// MistakeFile describes a mistake, in its folder.
const MistakeFile = "mistake.yaml"

// Mistakes returns the exercise's known wrong programs, by name.
func (l *Lesson) Mistakes() ([]Mistake, error) {
	dirs, err := fs.ReadDir(l.Source.Exercise.Files, "mistakes")
	if err != nil {
		return nil, err
	}
	var out []Mistake
	for _, d := range dirs {
		m := Mistake{Name: d.Name(), Fill: "python"}
		if m.Files, err = l.described("mistakes", m.Name, MistakeFile, &m); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(l.Source.Exercise.Suite.Steps, func(s check.Step) bool { return s.Name == m.Step }) {
			return nil, fmt.Errorf("mistake %s: the exercise has no step %q", m.Name, m.Step)
		}
		out = append(out, m)
	}
	return out, nil
}

// A Variant is a right program that differs from the solutions in style, timing
// or language, as learners' programs do, and must pass.
type Variant struct {
	Name string `yaml:"-"`
	What string `yaml:"what"` // what is different, in one sentence
	// Fill is the language of the solution that fills the roles this variant
	// doesn't have; "python" if empty.
	Fill  string `yaml:"fill,omitempty"`
	Files fs.FS  `yaml:"-"`
}

// VariantFile describes a variant, in its folder.
const VariantFile = "variant.yaml"

// Variants returns the exercise's legal variants, by name.
func (l *Lesson) Variants() ([]Variant, error) {
	dirs, err := fs.ReadDir(l.Source.Exercise.Files, "variants")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Variant
	for _, d := range dirs {
		v := Variant{Name: d.Name(), Fill: "python"}
		if v.Files, err = l.described("variants", v.Name, VariantFile, &v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// Foreign reports whether a program of the variant is written in neither Go,
// whose programs are folders, nor Python.
func (v Variant) Foreign() bool {
	entries, err := fs.ReadDir(v.Files, ".")
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return !e.IsDir() && e.Name() != VariantFile && path.Ext(e.Name()) != ".py"
	})
}

// described returns the files of a program that the exercise keeps in
// folder/name, and reads what file says of it into about.
func (l *Lesson) described(in, name, file string, about any) (fs.FS, error) {
	files, err := folder(l.Source.Exercise.Files, path.Join(in, name))
	if err != nil {
		return nil, err
	}
	raw, err := fs.ReadFile(files, file)
	if err == nil {
		err = decodeYAML(raw, about)
	}
	if err != nil {
		return nil, fmt.Errorf("%s/%s: %w", in, name, err)
	}
	return files, nil
}
