package course

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const (
	// saidOnce is how many words in a row two lessons may not share.
	saidOnce = 8
	// headedOnce is which part of their words two headings may not share.
	headedOnce = 0.6
)

// explaining are the sections in which a lesson explains; the others tell what
// to do, in much the same words everywhere.
func (l *Lesson) explaining() []Section {
	var out []Section
	for _, s := range l.Sections() {
		switch s.Title {
		case "Why", "What you saw", "The idea", "Traps":
			out = append(out, s)
		}
	}
	return out
}

// explanations returns the paragraphs in which a lesson explains.
func (l *Lesson) explanations() []string {
	return slices.DeleteFunc(paragraphs(l.explaining()), func(p string) bool { return furtherReading.MatchString(p) })
}

// lintTwice wants no two lessons to explain the same. They do if they say it in
// the same words, if paragraphs have headings in bold of nearly the same words,
// if both rest on the same section of an RFC, or if one explains a term that the
// glossary links to the other.
func (c *Course) lintTwice() error {
	var errs []error
	t := told{phrases: make(map[string]string), sources: make(map[reference]string)}
	for _, l := range c.Topics {
		for _, p := range l.explanations() {
			errs = append(errs, t.phrase(l.Slug, p), t.heading(l.Slug, p), t.source(l.Slug, p))
		}
	}
	for _, term := range c.Glossary {
		errs = append(errs, c.lintTerm(term))
	}
	return errors.Join(errs...)
}

// told is what the lessons so far have explained, and which of them did.
type told struct {
	phrases  map[string]string
	sources  map[reference]string
	headings []heading
}

type heading struct {
	lesson, text string
	words        []string
}

func (t *told) phrase(lesson, paragraph string) error {
	words := wordsOf(linkInText.ReplaceAllString(paragraph, "]"))
	for i := 0; i+saidOnce <= len(words); i++ {
		phrase := strings.Join(words[i:i+saidOnce], " ")
		if other := t.phrases[phrase]; other != "" && other != lesson {
			return fmt.Errorf("%s and %s both say %q", other, lesson, phrase)
		}
		t.phrases[phrase] = lesson
	}
	return nil
}

// small are words that say nothing of what a heading is about.
var small = strings.Fields("a an the act is are was be been has have had do does doesn't i my me you your it its s this that these " +
	"no not of to in on for and or by with without from as so if then when what which who how 1 2 3 4 5 6")

func (t *told) heading(lesson, paragraph string) error {
	rest, isHeaded := strings.CutPrefix(paragraph, "**")
	text, _, closed := strings.Cut(rest, "**")
	if !isHeaded || !closed {
		return nil
	}
	h := heading{lesson, strings.Trim(text, `.:"`), nil}
	for w := range strings.FieldsSeq(strings.ToLower(text)) {
		if w = strings.Trim(w, "\"`.,:;?!"); !slices.Contains(small, w) && !slices.Contains(h.words, w) {
			h.words = append(h.words, w)
		}
	}
	for _, o := range t.headings {
		both := 0
		for _, w := range h.words {
			if slices.Contains(o.words, w) {
				both++
			}
		}
		all := len(h.words) + len(o.words) - both
		if o.lesson != lesson && both > 0 && float64(both) >= headedOnce*float64(all) {
			return fmt.Errorf("%s and %s both explain %q (%q)", o.lesson, lesson, o.text, h.text)
		}
	}
	t.headings = append(t.headings, h)
	return nil
}

func (t *told) source(lesson, paragraph string) error {
	refs, _ := references(paragraph) // each topic's own proof tells of malformed ones
	for _, r := range refs {
		if other := t.sources[r]; other != "" && other != lesson {
			return fmt.Errorf("%s and %s both rest on RFC %s §%s: explain it in one of them, and refer to that from the other",
				other, lesson, r.rfc, r.section)
		}
		if r.section != "" {
			t.sources[r] = lesson
		}
	}
	return nil
}

// lintTerm wants a term to be explained in no lesson but the one that the
// glossary links to. A lesson explains it that has it in bold, or says what it is
// or what is called so.
func (c *Course) lintTerm(term Term) error {
	var errs []error
	for _, name := range append([]string{term.Name}, term.Also...) {
		name = regexp.QuoteMeta(name)
		bold := regexp.MustCompile(`(?i)\*\*(an? |the )?` + name + `s?[.:,]?\*\*`)
		defined := regexp.MustCompile(`(?i)(^|[.:!?]["*)]* |\()(an? )?` + name + `s? (is|are|means?) (an?|the|what|how|when|whatever)\b|` +
			`\b(is|are) called (an? |the )?` + name + `\b`)
		for _, l := range c.Topics {
			if l.Slug == term.Lesson {
				continue
			}
			for _, p := range l.explanations() {
				plain := strings.NewReplacer("*", "", "`", "").Replace(p)
				if found := bold.FindString(p) + defined.FindString(plain); found != "" {
					errs = append(errs, fmt.Errorf("%s explains %s (%q), which the glossary says that %s does: refer to that one",
						l.Slug, term.Name, strings.TrimSpace(found), term.Lesson))
					break
				}
			}
		}
	}
	return errors.Join(errs...)
}
