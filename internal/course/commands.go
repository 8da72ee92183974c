package course

import (
	"slices"
	"strings"
)

// Commands returns what the lesson tells its reader to type at a shell, each
// command once, in their order: those of learnnet, and Python's one-liners.
func (l *Lesson) Commands() []string {
	var out []string
	add := func(command string) {
		if command = strings.TrimSpace(command); command != "" && !slices.Contains(out, command) {
			out = append(out, command)
		}
	}
	for _, b := range splitBlocks(l.Text) {
		switch {
		case b.fenced && (b.info == "sh" || b.info == ""):
			for _, c := range shellCommands(b.text) {
				add(c)
			}
		case !b.fenced:
			for line := range strings.Lines(b.text) {
				if code, ok := strings.CutPrefix(line, "    "); ok && isCommand(code) {
					add(withoutComment(code))
				}
			}
		}
	}
	return out
}

// shellCommands returns the commands of a block of shell that are learnnet's or
// Python's. A quotation may go over several lines.
func shellCommands(text string) []string {
	var out []string
	command := ""
	for line := range strings.Lines(text) {
		command += line
		if strings.Count(command, `"`)%2 == 1 {
			continue
		}
		if c := strings.TrimSpace(command); isCommand(c) {
			if !strings.Contains(c, "\n") {
				c = withoutComment(c)
			}
			out = append(out, c)
		}
		command = ""
	}
	return out
}

func isCommand(text string) bool {
	return strings.HasPrefix(text, "learnnet ") || strings.HasPrefix(text, "python3 -c ")
}

// withoutComment cuts off a comment that stands apart from the command.
func withoutComment(command string) string {
	command, _, _ = strings.Cut(command, "  #")
	return strings.TrimSpace(command)
}
