package term

import (
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// The few styles there are. Nothing is told by colour alone.
const (
	bold   = "\x1b[1m"
	faint  = "\x1b[2m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	reset  = "\x1b[0m"
)

func (s *Streams) style(code, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return code + text + reset
}

// Bold returns text in bold where there is colour.
func (s *Streams) Bold(text string) string { return s.style(bold, text) }

// Faint returns text in the background.
func (s *Streams) Faint(text string) string { return s.style(faint, text) }

// Good returns text in the colour of success.
func (s *Streams) Good(text string) string { return s.style(green, text) }

// Bad returns text in the colour of failure.
func (s *Streams) Bad(text string) string { return s.style(red, text) }

// Notable returns text in the colour of what needs attention.
func (s *Streams) Notable(text string) string { return s.style(yellow, text) }

// Pad fills plain text with spaces up to width cells.
func Pad(text string, width int) string { return runewidth.FillRight(text, width) }

// Cut shortens plain text to width cells.
func Cut(text string, width int) string {
	return runewidth.Truncate(text, max(width, 1), "…")
}

// Wrap breaks plain text between words so that no line is wider than width
// cells, each begun with indent. A longer word stands on a line of its own;
// line breaks in text are kept, and so are several spaces between two words of
// a line: they may be what an output is about.
func Wrap(text string, width int, indent string) string {
	var out strings.Builder
	for i, paragraph := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if i > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(indent)
		column := runewidth.StringWidth(indent)
		gap := ""
		for rest := strings.TrimSpace(paragraph); rest != ""; {
			word, behind := rest, ""
			if i := strings.IndexFunc(rest, unicode.IsSpace); i >= 0 {
				word, behind = rest[:i], rest[i:]
			}
			w := runewidth.StringWidth(word)
			if gap != "" && column+len(gap)+w > width {
				out.WriteString("\n" + indent)
				column, gap = runewidth.StringWidth(indent), ""
			}
			out.WriteString(gap + word)
			column += len(gap) + w
			rest = strings.TrimLeftFunc(behind, unicode.IsSpace)
			gap = strings.Repeat(" ", len(behind)-len(rest))
		}
	}
	return out.String()
}

// Hang wraps plain text behind head, the lines after the first indented as far,
// no wider than width or what reads well in running text.
func Hang(head, text string, width int) string {
	indent := strings.Repeat(" ", runewidth.StringWidth(head))
	return head + strings.TrimPrefix(Wrap(text, min(width, maxText), indent), indent)
}

// maxText is the widest running text, in columns.
const maxText = 80
