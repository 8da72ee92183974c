package course

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Bibliography is everything that the course refers readers to.
type Bibliography struct {
	RFCs  []RFC  `yaml:"rfcs"`
	Books []Link `yaml:"books"` // free to read, all of them
	Links []Link `yaml:"links"`
}

// An RFC is one of https://www.rfc-editor.org, with the sections that are
// referred to.
type RFC struct {
	Number   int      `yaml:"number"`
	Title    string   `yaml:"title"`
	Sections []string `yaml:"sections,omitempty"`
}

// A Link leads to a book or a page.
type Link struct {
	Title string `yaml:"title"`
	URL   string `yaml:"url"`
}

var (
	rfcInText  = regexp.MustCompile(`RFC[ -]*\d+`)
	wellFormed = regexp.MustCompile(`^RFC (\d+)$`)
	// Behind a number: one or several sections, or words that should be a sign.
	rfcSections = regexp.MustCompile(`RFC (\d+)((?:,? (?:and )?§[\w.]+\b)*)(,? [Ss]ections? \d+)?`)
	sectionMark = regexp.MustCompile(`§([\w.]*\w)`)
	// Sections of other documents that have a number, such as ECMA-48 and C11.
	otherSections = regexp.MustCompile(`\b[A-Z]+-?\d+ §[\w.]+`)
	bareSection   = regexp.MustCompile(`§[\w.]*`)
	section       = regexp.MustCompile(`^(\d+|[A-Z])(\.\d+)*$`)
	link          = regexp.MustCompile(`https://[^\s)>"']+`)
)

// a reference is what a text says of an RFC; section is empty for the whole.
type reference struct{ rfc, section string }

// references returns the RFCs and sections that a text names.
func references(text string) ([]reference, error) {
	var out []reference
	var errs []error
	text = strings.Join(strings.Fields(text), " ") // a reference may stand in two lines
	for _, m := range rfcInText.FindAllString(text, -1) {
		if !wellFormed.MatchString(m) {
			errs = append(errs, fmt.Errorf("%q: write it as \"RFC 9293\"", m))
		}
	}
	others := otherSections.ReplaceAllString(rfcSections.ReplaceAllString(text, ""), "")
	for _, s := range bareSection.FindAllString(others, -1) {
		errs = append(errs, fmt.Errorf("%q: say whose section it is, as in \"RFC 9293 %s\"", s, s))
	}
	for _, m := range rfcSections.FindAllStringSubmatch(text, -1) {
		out = append(out, reference{rfc: m[1]})
		if m[3] != "" {
			errs = append(errs, fmt.Errorf("%q: write a section as \"RFC %s §3.1\"", m[0], m[1]))
		}
		for _, s := range sectionMark.FindAllStringSubmatch(m[2], -1) {
			if !section.MatchString(s[1]) {
				errs = append(errs, fmt.Errorf("%q: %q is no section", m[0], s[1]))
			}
			out = append(out, reference{m[1], s[1]})
		}
	}
	return out, errors.Join(errs...)
}

// prose returns everything of a topic that learners read, by where it stands.
func (l *Lesson) prose() (map[string]string, error) {
	task, err := l.Task()
	if err != nil {
		return nil, err
	}
	qs, err := l.Questions()
	if err != nil {
		return nil, err
	}
	out := map[string]string{"lesson.md": l.Text, "task.md": task}
	for _, q := range qs {
		text := q.Text + "\n" + q.Why
		for _, o := range q.Options {
			text += "\n" + o.Text + "\n" + o.Why
		}
		out["question "+q.ID] = text
	}
	for _, s := range l.Suite().Steps {
		text := s.Title + "\n" + s.Rationale + "\n" + strings.Join(s.Hints, "\n")
		for _, c := range s.Causes {
			text += "\n" + c
		}
		out["step "+s.Name] = text
	}
	return out, nil
}

// lintSources wants every RFC, section and link of a topic to be well-formed
// and to stand in the bibliography.
func (c *Course) lintSources(l *Lesson) error {
	prose, err := l.prose()
	if err != nil {
		return err
	}
	var errs []error
	for where, text := range prose {
		refs, err := references(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", where, err))
		}
		for _, r := range refs {
			if !c.Bibliography.has(r) {
				errs = append(errs, fmt.Errorf("%s: RFC %s §%s is not in the bibliography", where, r.rfc, r.section))
			}
		}
		for _, url := range link.FindAllString(text, -1) {
			url = strings.TrimRight(url, ".,;:")
			if !slices.ContainsFunc(c.Bibliography.linked(), func(l Link) bool { return l.URL == url }) {
				errs = append(errs, fmt.Errorf("%s: the link %s is not in the bibliography", where, url))
			}
		}
	}
	return errors.Join(errs...)
}

var (
	furtherReading = regexp.MustCompile(`(?ms)^\*\*Further reading\.\*\*.*?(\n\n|\z)`)
	manPage        = regexp.MustCompile(`\w\(\d\)|\bman \d \w`)
)

// lintFurtherReading wants each lesson to send its reader on: to an RFC, to a
// man page and to a book that is free to read.
func (c *Course) lintFurtherReading(l *Lesson) error {
	paragraph := strings.Join(strings.Fields(furtherReading.FindString(l.Text)), " ")
	switch {
	case paragraph == "":
		return errors.New("it has no paragraph that begins with **Further reading.**")
	case !rfcInText.MatchString(paragraph) || !manPage.MatchString(paragraph):
		return errors.New("its further reading names no RFC, or no man page such as socket(2)")
	case !slices.ContainsFunc(c.Bibliography.Books, func(b Link) bool { return strings.Contains(paragraph, b.Title) }):
		return errors.New("its further reading names none of the bibliography's books")
	}
	return nil
}

// linked returns all that a text may link to.
func (b Bibliography) linked() []Link { return slices.Concat(b.Books, b.Links) }

func (b Bibliography) has(r reference) bool {
	return slices.ContainsFunc(b.RFCs, func(rfc RFC) bool {
		return fmt.Sprint(rfc.Number) == r.rfc && (r.section == "" || slices.Contains(rfc.Sections, r.section))
	})
}

// lintBibliography wants nothing in the bibliography that nobody is referred
// to, and everything in it to have a title.
func (c *Course) lintBibliography() error {
	used := make(map[reference]bool)
	var all strings.Builder
	for _, l := range c.Topics {
		prose, err := l.prose()
		if err != nil {
			return err
		}
		for _, text := range prose {
			refs, _ := references(text) // each topic's own proof tells of malformed ones
			for _, r := range refs {
				used[r] = true
			}
			all.WriteString(text)
		}
	}
	var errs []error
	for _, rfc := range c.Bibliography.RFCs {
		if rfc.Title == "" {
			errs = append(errs, fmt.Errorf("RFC %d has no title", rfc.Number))
		}
		number := fmt.Sprint(rfc.Number)
		if !used[reference{rfc: number}] {
			errs = append(errs, fmt.Errorf("nobody is referred to RFC %d", rfc.Number))
		}
		for _, s := range rfc.Sections {
			if !used[reference{number, s}] {
				errs = append(errs, fmt.Errorf("nobody is referred to RFC %d §%s", rfc.Number, s))
			}
		}
	}
	for _, l := range c.Bibliography.linked() {
		if l.Title == "" || !strings.Contains(all.String(), l.URL) {
			errs = append(errs, fmt.Errorf("%s has no title, or nobody is sent there", l.URL))
		}
	}
	return errors.Join(errs...)
}
