package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/learnnet/learnnet/internal/ladder"
	"github.com/learnnet/learnnet/internal/trace"
)

// A look is what the view is drawn with.
type look struct {
	color, ascii                   bool
	rail, beam, line               string
	toServer, toClient, cross      string
	printed, cursor, to, etc, dash string
}

func newLook(color, ascii bool) look {
	if ascii {
		return look{color: color, ascii: true, rail: "|", beam: "-", line: "-", toServer: ">", toClient: "<", cross: "x",
			printed: "> ", cursor: ">", to: "->", etc: "...", dash: "-"}
	}
	return look{color: color, rail: "│", beam: "─", line: "─", toServer: "▶", toClient: "◀", cross: "✗",
		printed: "┃ ", cursor: "▸", to: "→", etc: "…", dash: "–"}
}

// A style is the parameter of an ANSI SGR sequence (ECMA-48 §8.3.117).
type style string

const (
	plain   style = ""
	faint   style = "2"
	strong  style = "1"
	inverse style = "7"
	wrong   style = "31" // red
	waits   style = "1;33"
)

func hostStyle(h trace.Host) style {
	if h == trace.Server {
		return "35" // magenta
	}
	return "36" // cyan
}

// paint gives text a style where there is colour. Nothing is told by it alone.
func (l look) paint(s style, text string) string {
	if !l.color || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[m"
}

// safe makes text of programs and frames printable.
func (l look) safe(text string) string { return ladder.Printable(text, l.ascii) }

func width(s string) int { return ansi.StringWidth(s) }

// cut shortens s to w cells.
func (l look) cut(s string, w int) string {
	if width(s) <= w {
		return s
	}
	if w <= len(l.etc) {
		return ansi.Truncate(s, max(w, 0), "")
	}
	return ansi.Truncate(s, w, l.etc)
}

// fit makes s just w cells wide.
func (l look) fit(s string, w int) string {
	s = l.cut(s, w)
	return s + blank(w-width(s))
}

func blank(n int) string { return strings.Repeat(" ", max(n, 0)) }

// wrapped breaks text between words, and long words anywhere.
func wrapped(text string, w int) []string {
	return strings.Split(ansi.Wrap(text, max(w, 1), ""), "\n")
}
