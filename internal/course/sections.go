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
	return Section{l.Title, l.Text}.cut(section2)
}

// Headed returns all that has a heading of its own, in the order of the text:
// each section, and then what stands in it under headings of level 3.
func (l *Lesson) Headed() []Section {
	var out []Section
	for _, s := range l.Sections()[1:] {
		out = append(out, s)
		out = append(out, s.cut(section3)[1:]...)
	}
	return out
}

// What headings of level 2 and 3 begin with.
const section2, section3 = "## ", "### "

// cut returns the parts of s that begin with a heading, and before them what
// stands before the first, with the title of s.
func (s Section) cut(heading string) []Section {
	out := []Section{{Title: s.Title}}
	for _, b := range splitBlocks(s.Text) {
		if b.fenced {
			out[len(out)-1].Text += "```" + b.info + "\n" + b.text + "```\n"
			continue
		}
		for line := range strings.Lines(b.text) {
			if title, ok := strings.CutPrefix(line, heading); ok {
				out = append(out, Section{Title: strings.TrimSpace(title)})
			}
			out[len(out)-1].Text += line
		}
	}
	return out
}

// Section returns the section whose title begins with name, or has a word that
// does; if there is none, the part of a section whose title does. Its error
// names all that there are.
func (l *Lesson) Section(name string) (Section, error) {
	name = strings.ToLower(strings.Join(strings.Fields(name), " "))
	headed := l.Headed()
	for _, level := range []string{section2, section3} {
		for _, begins := range []func(title string) bool{
			func(title string) bool { return strings.HasPrefix(title, name) },
			func(title string) bool { return strings.Contains(title, " "+name) },
		} {
			for _, s := range headed {
				if name != "" && strings.HasPrefix(s.Text, level) && begins(strings.ToLower(s.Title)) {
					return s, nil
				}
			}
		}
	}
	var titles []string
	for _, s := range headed {
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
