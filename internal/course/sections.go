package course

import (
	"fmt"
	"strings"
)

// A Section is a part of a lesson's text, from its heading on.
type Section struct {
	Title string // "Traps"; the lesson's own title for what stands before the first section
	Text  string // Markdown, with the heading
}

// Sections returns the parts of the lesson in their order. The first is what
// stands before the first heading of level 2.
func (l *Lesson) Sections() []Section {
	out := []Section{{Title: l.Title}}
	for _, b := range splitBlocks(l.Text) {
		if b.fenced {
			out[len(out)-1].Text += "```" + b.info + "\n" + b.text + "```\n"
			continue
		}
		for line := range strings.Lines(b.text) {
			if title, ok := strings.CutPrefix(line, "## "); ok {
				out = append(out, Section{Title: strings.TrimSpace(title)})
			}
			out[len(out)-1].Text += line
		}
	}
	return out
}

// Section returns the section whose title begins with name, or has a word that
// does. Its error names the sections that there are.
func (l *Lesson) Section(name string) (Section, error) {
	name = strings.ToLower(strings.Join(strings.Fields(name), " "))
	sections := l.Sections()[1:]
	var titles []string
	for _, begins := range []func(title string) bool{
		func(title string) bool { return strings.HasPrefix(title, name) },
		func(title string) bool { return strings.Contains(title, " "+name) },
	} {
		for _, s := range sections {
			if name != "" && begins(strings.ToLower(s.Title)) {
				return s, nil
			}
		}
	}
	for _, s := range sections {
		titles = append(titles, strings.ToLower(s.Title))
	}
	return Section{}, fmt.Errorf("%s has no section %q; it has: %s", l.Slug, name, strings.Join(titles, ", "))
}

// About says in a line how long the lesson takes and what to read before it.
func (l *Lesson) About() string {
	text := fmt.Sprintf("About %d minutes, with its exercise.", l.Minutes)
	if len(l.Needs) == 0 {
		return text + " It needs no other lesson."
	}
	return text + " Read before: " + strings.Join(l.Needs, ", ") + "."
}
