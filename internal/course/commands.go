package course

import "strings"

// A Command is what a lesson tells its reader to type at a shell.
type Command struct {
	Text string
	// Refused is whether the text right behind the command says so of its call.
	Refused bool
}

// Commands returns the lesson's commands in their order: all that stands in
// blocks of sh, and in blocks that are set in by four spaces.
func (l *Lesson) Commands() []Command {
	var out []Command
	blocks := append(splitBlocks(l.Text), block{})
	for i, b := range blocks[:len(blocks)-1] {
		if b.fenced {
			if b.info == "sh" {
				out = append(out, shellCommands(b.text, blocks[i+1].text)...)
			}
			continue
		}
		parts := append(strings.Split(b.text, "\n\n"), "")
		for i, p := range parts[:len(parts)-1] {
			if strings.HasPrefix(strings.TrimLeft(p, "\n"), indent) {
				out = append(out, shellCommands(strings.ReplaceAll("\n"+p, "\n"+indent, "\n"), parts[i+1])...)
			}
		}
	}
	return out
}

// indent begins the lines of a block of code that has no fences.
const indent = "    "

// shellCommands returns the commands of a block of shell. A quotation may go over
// several lines.
func shellCommands(text, behind string) []Command {
	behind, _, _ = strings.Cut(strings.TrimLeft(behind, "\n"), "\n\n")
	refused := strings.Contains(behind, "refused")
	var out []Command
	command := ""
	for line := range strings.Lines(text) {
		command += line
		if strings.Count(command, `"`)%2 == 1 {
			continue
		}
		c := strings.TrimSpace(command)
		if !strings.Contains(c, "\n") {
			c = withoutComment(c)
		}
		if c != "" && !strings.HasPrefix(c, "#") {
			out = append(out, Command{c, refused})
		}
		command = ""
	}
	return out
}

// isCommand reports whether a text begins with one of the programs that lessons
// mostly have their readers call.
func isCommand(text string) bool {
	program, _, _ := strings.Cut(text, " ")
	switch program {
	case "learnnet", "python3", "curl":
		return true
	}
	return false
}

// withoutComment cuts off a comment that stands apart from the command.
func withoutComment(command string) string {
	command, _, _ = strings.Cut(command, "  #")
	return strings.TrimSpace(command)
}
