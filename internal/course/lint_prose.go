package course

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// The bounds of how hard a lesson is to read, in words: of its average sentence
// and of its longest. Length is what tells texts like these apart.
const (
	maxAverage  = 13.0
	maxSentence = 38
)

var (
	codeInText   = regexp.MustCompile("`[^`]*`")
	sentenceEnds = regexp.MustCompile(`[.!?:;]["*)]*(\s+|$)`)
)

// paragraphs returns the running text of a lesson's sections, a paragraph on a
// line.
func paragraphs(sections []Section) []string {
	out := runningText(sections)
	for i, p := range out {
		out[i] = strings.Join(strings.Fields(p), " ")
	}
	return out
}

// runningText returns the paragraphs of sections as they stand there, without
// headings, tables and code. A list without blank lines is one of them.
func runningText(sections []Section) []string {
	var out []string
	for _, s := range sections {
		for _, b := range splitBlocks(s.Text) {
			if b.fenced {
				continue
			}
			for p := range strings.SplitSeq(b.text, "\n\n") {
				p = strings.Trim(p, "\n")
				if p == "" || strings.HasPrefix(p, "#") || strings.HasPrefix(p, "    ") || strings.HasPrefix(p, "|") {
					continue
				}
				out = append(out, p)
			}
		}
	}
	return out
}

// lintReading wants sentences that are short enough to be read once.
func (l *Lesson) lintReading() error {
	var errs []error
	sentences, words := 0, 0
	for _, p := range paragraphs(l.Sections()) {
		p = codeInText.ReplaceAllString(p, "code")
		for _, s := range sentenceEnds.Split(p, -1) {
			n := len(strings.Fields(s))
			if n == 0 {
				continue
			}
			sentences, words = sentences+1, words+n
			if n > maxSentence {
				errs = append(errs, fmt.Errorf("a sentence has %d words; the longest may have %d: %q", n, maxSentence, s))
			}
		}
	}
	if average := float64(words) / float64(max(sentences, 1)); average > maxAverage {
		errs = append(errs, fmt.Errorf("its sentences have %.1f words on average; they may have %.0f", average, maxAverage))
	}
	return errors.Join(errs...)
}
