package course

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Term is an entry of the glossary.
type Term struct {
	Name   string   `yaml:"term"`
	Also   []string `yaml:"also,omitempty"` // other names for the same
	Text   string   `yaml:"text"`           // what it means, in a sentence or two
	Lesson string   `yaml:"lesson"`         // slug of the lesson that shows it
}

// parseGlossary reads the glossary: a list in YAML, in alphabetical order.
func parseGlossary(raw []byte) ([]Term, error) {
	var terms []Term
	if err := decodeYAML(raw, &terms); err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	for i, t := range terms {
		if t.Name == "" || t.Text == "" || t.Lesson == "" {
			return nil, fmt.Errorf("term %d (%q) needs a name, a text and a lesson", i+1, t.Name)
		}
		for _, name := range append([]string{t.Name}, t.Also...) {
			if seen[strings.ToLower(name)] {
				return nil, fmt.Errorf("%q stands there twice", name)
			}
			seen[strings.ToLower(name)] = true
		}
	}
	if !slices.IsSortedFunc(terms, byName) {
		return nil, errors.New("it is not in alphabetical order")
	}
	return terms, nil
}

func byName(a, b Term) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) }

// Term returns the glossary's entry of that name, or of which it is a unique
// beginning. Its error is a *NotFoundError.
func (c *Course) Term(name string) (Term, error) {
	var names []string
	var whose []int
	for i, t := range c.Glossary {
		for _, n := range append([]string{t.Name}, t.Also...) {
			names, whose = append(names, n), append(whose, i)
		}
	}
	i, err := choose(name, names)
	if err != nil {
		err.What, err.Lists = "term", "learnnet glossary"
		return Term{}, err
	}
	return c.Glossary[whose[i]], nil
}

// lintGlossary wants each term to name a lesson whose text has it.
func (c *Course) lintGlossary() error {
	var errs []error
	for _, t := range c.Glossary {
		l, err := c.Find(t.Lesson)
		if err != nil || l.Slug != t.Lesson {
			errs = append(errs, fmt.Errorf("%s: there is no lesson %q", t.Name, t.Lesson))
			continue
		}
		if !slices.ContainsFunc(append([]string{t.Name}, t.Also...), func(name string) bool {
			return strings.Contains(strings.ToLower(l.Text), strings.ToLower(name))
		}) {
			errs = append(errs, fmt.Errorf("%s: the lesson %s doesn't have that word", t.Name, t.Lesson))
		}
	}
	return errors.Join(errs...)
}
