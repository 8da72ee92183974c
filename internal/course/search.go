package course

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A Hit is a section of a lesson that has all the words looked for.
type Hit struct {
	Lesson  *Lesson
	Section Section
	Excerpt string // the paragraph that has most of them, on one line
}

// Search returns the sections that have all words, those that are most about
// them first. A word also finds those that begin with it.
func (c *Course) Search(words []string) []Hit {
	wanted := make([]string, 0, len(words))
	for _, w := range words {
		wanted = append(wanted, wordsOf(w)...)
	}
	if len(wanted) == 0 {
		return nil
	}
	type scored struct {
		Hit
		score int
	}
	var found []scored
	for _, l := range c.Topics {
		for _, s := range l.Sections() {
			all, counts := countAll(wanted, s.Title+"\n"+s.Text)
			if !all {
				continue
			}
			inTitle, _ := countAll(wanted, l.Title+" "+s.Title)
			if inTitle {
				counts *= 3
			}
			found = append(found, scored{Hit{l, s, excerptOf(wanted, s)}, counts})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	out := make([]Hit, len(found))
	for i, f := range found {
		out[i] = f.Hit
	}
	return out
}

// countAll reports whether text has all words, and how often it has them.
func countAll(wanted []string, text string) (all bool, n int) {
	have := wordsOf(text)
	all = true
	for _, w := range wanted {
		before := n
		for _, h := range have {
			if strings.HasPrefix(h, w) {
				n++
			}
		}
		all = all && n > before
	}
	return all, n
}

// wordsOf returns the words of a text in lower case. What joins the parts of a
// name, an address or a call doesn't end a word.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_'
	})
}

// excerptOf returns the paragraph of a section, or the item of a list, that has
// most of the words, as plain text; "" if they are in its code or its tables
// only.
func excerptOf(wanted []string, s Section) string {
	best, most := "", 0
	for _, p := range runningText([]Section{s}) {
		for _, item := range itemBegins.Split(p, -1) {
			distinct := 0
			for _, w := range wanted {
				if has, _ := countAll([]string{w}, item); has {
					distinct++
				}
			}
			if distinct > most {
				best, most = item, distinct
			}
		}
	}
	return withoutMarks(strings.Join(strings.Fields(best), " "))
}

var (
	itemBegins = regexp.MustCompile(`(?m)^ *(?:[-*+]|\d+[.)]) +`)
	// Code, a link, strong and slanted text, with what stands in them. \x60 is
	// the mark of code.
	markedText = regexp.MustCompile(`\x60([^\x60]+)\x60` +
		`|\[([^\]]*)\]\([^)]*\)` +
		`|\*\*((?:\x60[^\x60]+\x60|[^\x60])+?)\*\*` +
		`|\*((?:\x60[^\x60]+\x60|\*\*[^*]+\*\*|[^*\x60\s])(?:\x60[^\x60]+\x60|\*\*[^*]+\*\*|[^*\x60])*)\*`)
)

// withoutMarks takes the marks of Markdown out of a line. What they stand in
// for code stays as it is.
func withoutMarks(line string) string {
	return markedText.ReplaceAllStringFunc(line, func(marked string) string {
		m := markedText.FindStringSubmatch(marked)
		if marked[0] == '`' {
			return m[1]
		}
		return withoutMarks(m[2] + m[3] + m[4]) // just one of them is there
	})
}
