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
// width 0 means as wide as s. Fenced blocks are never re-wrapped: a ladder
// stays a ladder.
func Markdown(s *Streams, text string, width int) (string, error) {
	if width <= 0 {
		width = min(s.Width, maxReading)
	}
	width = max(width, 20)
	var out strings.Builder
	for _, part := range splitFences(text) {
		var rendered string
		var err error
		switch {
		case part.fenced && (!s.Color || plain(part.language)):
			rendered = indent(part.text)
		case part.fenced:
			rendered, err = render(s, "```"+part.language+"\n"+part.text+"```\n", 0)
		default:
			rendered, err = render(s, part.text, width)
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

// A part is a stretch of Markdown: a fenced block without its fences, or what
// stands between two of them.
type part struct {
	text     string
	fenced   bool
	language string // first word of the info string
}

// splitFences finds the fenced blocks that stand at the left margin; those
// inside lists stay with their list (CommonMark §4.5).
func splitFences(text string) []part {
	var parts []part
	var now part
	fence := ""
	end := func() {
		if now.fenced || strings.TrimSpace(now.text) != "" {
			parts = append(parts, now)
		}
	}
	for line := range strings.Lines(text) {
		trimmed := strings.TrimRight(line, " \t\r\n")
		switch {
		case fence == "" && (strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~")):
			end()
			info := strings.TrimLeft(trimmed, trimmed[:1])
			fence = trimmed[:len(trimmed)-len(info)]
			language, _, _ := strings.Cut(strings.TrimSpace(info), " ")
			now = part{fenced: true, language: language}
		case fence != "" && strings.HasPrefix(trimmed, fence) && strings.Trim(trimmed, fence[:1]) == "":
			end()
			fence, now = "", part{}
		default:
			now.text += strings.TrimRight(line, "\r\n") + "\n"
		}
	}
	end()
	return parts
}
