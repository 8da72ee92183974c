package term

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/charmbracelet/glamour"
	"github.com/charmbracelet/glamour/ansi"
	"github.com/charmbracelet/glamour/styles"
)

// maxReading is the widest line that reads well, in columns.
const maxReading = 100

// margin stands before every line of Markdown: glamour's own.
const margin = "  "

// Markdown renders text for s, no wider than width columns or what reads well;
// width 0 means as wide as s. Blocks of code are never re-wrapped: a ladder
// stays a ladder, and a command can be copied.
func Markdown(s *Streams, text string, width int) (string, error) {
	if width <= 0 {
		width = min(s.Width, maxReading)
	}
	width = max(width, 20)
	var out strings.Builder
	for _, part := range splitCode(text) {
		var rendered string
		var err error
		switch {
		case part.code && (!s.Color || plain(part.language)):
			rendered = indent(part.text)
		case part.code:
			rendered, err = render(s, "```"+part.language+"\n"+part.text+"```\n", 0)
		default:
			rendered, err = render(s, unbroken(part.text), width)
			rendered = breakable.Replace(rendered)
		}
		if err != nil {
			return "", fmt.Errorf("render Markdown: %w", err)
		}
		if rendered = trimBlank(rendered); rendered == "" {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(rendered)
	}
	return out.String(), nil
}

func render(s *Streams, text string, width int) (string, error) {
	r, err := glamour.NewTermRenderer(glamour.WithStyles(style(s)), glamour.WithWordWrap(width))
	if err != nil {
		return "", err
	}
	return r.Render(text)
}

// style is always said and never asked of the terminal, which may not answer.
func style(s *Streams) ansi.StyleConfig {
	switch {
	case !s.Color:
		c := styles.NoTTYStyleConfig
		// Plain text for pipes and screen readers: the marks of emphasis and
		// of code say nothing there.
		c.Emph, c.Strong, c.Code = ansi.StylePrimitive{}, ansi.StylePrimitive{}, ansi.StyleBlock{}
		return c
	case s.Dark:
		return styles.DarkStyleConfig
	}
	return styles.LightStyleConfig
}

// plain reports whether there is nothing to highlight in a block.
func plain(language string) bool { return language == "" || language == "text" }

func indent(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			out.WriteString(margin)
		}
		out.WriteString(line)
	}
	return out.String()
}

// ansiCode is an SGR sequence: glamour puts them around blank lines too.
var ansiCode = regexp.MustCompile("\x1b\\[[0-9;]*m")

// trimBlank takes blank lines away at both ends, and spaces at the ends of
// lines, with which glamour fills them.
func trimBlank(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if strings.TrimSpace(ansiCode.ReplaceAllString(line, "")) == "" {
			line = ""
		}
		if line != "" || len(lines) > 0 {
			lines = append(lines, strings.TrimRight(line, " "))
		}
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// What stands for a hyphen, a dot and a comma in a word while glamour wraps: it
// breaks lines after hyphens without counting them, and then breaks the lines
// that got too long once more; in lists, after dots and commas too. All are
// punctuation to Markdown, as wide as what they stand for, and in no text.
const noBreak, noBreakDot, noBreakComma = "\u2011", "\u2e33", "\u2e32"

var (
	inWord    = regexp.MustCompile(`-+[\pL\pN]`)
	dotInWord = regexp.MustCompile(`[.,]+[^\s.,]`)
	bareLink  = regexp.MustCompile(`(^|[^(])https?://\S+`) // found by its dots
	item      = regexp.MustCompile(`^ *([-*+]|[0-9]+[.)]) `)

	unbreakable = strings.NewReplacer(".", noBreakDot, ",", noBreakComma)
	breakable   = strings.NewReplacer(noBreak, "-", noBreakDot, ".", noBreakComma, ",")
)

// unbroken prepares text for glamour's wrapping: hyphens, dots and commas in
// words become what doesn't break, and an item of a list one line, since
// glamour keeps its line ends.
func unbroken(text string) string {
	text = inWord.ReplaceAllStringFunc(text, func(word string) string {
		return strings.ReplaceAll(word, "-", noBreak)
	})
	text = outside(bareLink, text, func(text string) string {
		return dotInWord.ReplaceAllStringFunc(text, unbreakable.Replace)
	})
	var out strings.Builder
	inItem := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		begins := item.MatchString(line)
		inItem = begins || inItem && strings.HasPrefix(line, "  ") && strings.TrimSpace(line) != ""
		if inItem && !begins {
			out.WriteString(" " + strings.TrimSpace(line))
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(line)
	}
	return out.String() + "\n"
}

// outside changes text wherever skip doesn't match.
func outside(skip *regexp.Regexp, text string, change func(string) string) string {
	var out strings.Builder
	from := 0
	for _, m := range skip.FindAllStringIndex(text, -1) {
		out.WriteString(change(text[from:m[0]]) + text[m[0]:m[1]])
		from = m[1]
	}
	return out.String() + change(text[from:])
}

// A part is a stretch of Markdown: a block of code without its fences or its
// indentation, or what stands between two of them.
type part struct {
	text     string
	code     bool
	language string // first word of the info string
}

// splitCode finds the blocks of code that stand at the left margin, fenced
// (CommonMark §4.5) or indented (§4.4); those inside lists stay with their list.
func splitCode(text string) []part {
	var parts []part
	var now part
	fence, indented := "", false
	blank, list := true, false // the line before is; we are in a list
	end := func(next part) {
		if now.code || strings.TrimSpace(now.text) != "" {
			parts = append(parts, now)
		}
		now = next
	}
	for line := range strings.Lines(text) {
		trimmed := strings.TrimRight(line, " \t\r\n")
		if fence != "" {
			if strings.HasPrefix(trimmed, fence) && strings.Trim(trimmed, fence[:1]) == "" {
				end(part{})
				fence, blank = "", true
				continue
			}
			now.text += strings.TrimRight(line, "\r\n") + "\n"
			continue
		}
		inside := strings.HasPrefix(line, codeIndent) && trimmed != ""
		if indented && !inside && trimmed != "" {
			end(part{})
			indented = false
		}
		if strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~") {
			info := strings.TrimLeft(trimmed, trimmed[:1])
			fence = trimmed[:len(trimmed)-len(info)]
			language, _, _ := strings.Cut(strings.TrimSpace(info), " ")
			end(part{code: true, language: language})
			continue
		}
		if inside && blank && !list && !indented {
			end(part{code: true})
			indented = true
		}
		if trimmed != "" && (blank || !list) && !strings.HasPrefix(line, " ") {
			list = item.MatchString(line)
		}
		blank = trimmed == ""
		if indented {
			line = strings.TrimPrefix(line, codeIndent)
		}
		now.text += strings.TrimRight(line, "\r\n") + "\n"
	}
	end(part{})
	return parts
}

const codeIndent = "    "
