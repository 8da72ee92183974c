package ipaddresses

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/trace"
)

// An answer is what the program printed about one line.
type answer struct {
	line   string // what it was given, without the line end
	text   string // as it was printed
	fields map[string]string
}

// ask gives the program lines and returns its answers, one for each.
func ask(t *check.T, lines ...string) []answer {
	return match(t, lines, give(t, strings.Join(lines, "\n")+"\n").Stdout())
}

// give starts the program and gives it text. It expects the program to read to
// the end, and to end with status 0.
func give(t *check.T, text string) *check.Process {
	p := t.Start(role)
	p.Input(text)
	p.CloseInput()
	p.ExpectExit()
	return p
}

// match finds the answer to each of the lines in what the program printed.
func match(t *check.T, lines []string, printed string) []answer {
	answers, stray := readAnswers(printed)
	if stray != "" {
		t.Fail(wrong(stray, "nothing but the fields of the task, each once in an answer, and input first"))
	}
	for i, line := range lines {
		if i == len(answers) {
			t.Fail(wrong(printed, fmt.Sprintf("%d answers, one for each line; there is none to line %d, %s", len(lines), i+1, quote(line))))
		}
		answers[i].line = line
		said := strings.Trim(line, " \t\r")
		if isASCII(said) && answers[i].fields[fieldInput] != said {
			t.Fail(wrong(answers[i].text, quote(fieldInput+": "+said)+" as the beginning of the answer to "+place(lines, i)))
		}
		t.Prove()
	}
	if len(answers) > len(lines) {
		t.Fail(wrong(answers[len(lines)].text, fmt.Sprintf("no more than %d answers, one for each line", len(lines))))
	}
	return answers
}

// place says which of the lines the answer is to. Where that answer is not
// there, a line before it that looks odd may have got none, or two.
func place(lines []string, i int) string {
	out := fmt.Sprintf("line %d", i+1)
	if len(lines[i]) > quoted {
		out += fmt.Sprintf(", which has %d bytes", len(lines[i]))
	}
	if i > 0 && whyRefused(lines[i-1]) != "" {
		out += fmt.Sprintf("; line %d, %s, gets one answer", i, quote(lines[i-1]))
	}
	return out
}

// quoted is the length up to which a line is quoted whole.
const quoted = 60

// quote quotes a line, or both ends of it if it is long.
func quote(line string) string {
	const end = quoted / 3
	if len(line) <= quoted {
		return fmt.Sprintf("%q", line)
	}
	return fmt.Sprintf("%q … %q (%d bytes)", line[:end], line[len(line)-end:], len(line))
}

// readAnswers reads what a program printed. stray is the first line that has
// no place in an answer; empty if there is none. Empty lines don't count, nor
// does a prompt of punctuation at the beginning of a line, such as ">>> ".
func readAnswers(printed string) (answers []answer, stray string) {
	for line := range strings.Lines(printed) {
		line = strings.TrimSpace(strings.TrimLeftFunc(line, notAWord))
		if line == "" {
			continue
		}
		name, value, found := strings.Cut(line, ":")
		if !found || !slices.Contains(fieldNames, name) {
			return nil, line
		}
		if name == fieldInput {
			answers = append(answers, answer{fields: make(map[string]string)})
		}
		if len(answers) == 0 {
			return nil, line
		}
		last := &answers[len(answers)-1]
		if _, twice := last.fields[name]; twice {
			return nil, line
		}
		last.fields[name] = strings.TrimSpace(value)
		last.text += line + "\n"
	}
	return answers, ""
}

func notAWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// expect compares some fields of the answers with what the task wants. A field
// that the task doesn't want must be missing.
func expect(t *check.T, answers []answer, names ...string) {
	for _, a := range answers {
		want := answerTo(a.line)
		if _, refuse := want[fieldError]; refuse {
			expectError(t, a, whyRefused(a.line))
			continue
		}
		for _, name := range append([]string{fieldError}, names...) {
			value, wanted := want[name]
			got, there := a.fields[name]
			where := " in the answer to " + quote(a.line)
			switch {
			case wanted && there:
				t.Expect(got == value, wrong(name+": "+got, fmt.Sprintf("%q", name+": "+value)+where))
			case wanted:
				t.Fail(wrong(a.text, fmt.Sprintf("%q", name+": "+value)+where))
			case there && name == fieldError:
				t.Fail(wrong(a.text, "no error"+where+", which is an address"))
			default:
				t.Expect(!there, wrong(name+": "+got, fmt.Sprintf("no line %q", name+":")+where))
			}
		}
	}
}

// expectSameKind expects that an address is of one kind with a prefix and
// alone. Which kind that is, and whether the program knows kinds at all, is for
// other steps.
func expectSameKind(t *check.T, answers []answer) {
	alone := make(map[string]string)
	for _, a := range answers {
		if kind, there := a.fields[fieldKind]; there && !strings.Contains(a.line, "/") {
			alone[a.line] = kind
		}
	}
	for _, a := range answers {
		address, _, hasPrefix := strings.Cut(a.line, "/")
		if want, known := alone[address]; hasPrefix && known {
			t.Expect(a.fields[fieldKind] == want, wrong(a.text, fmt.Sprintf("%q in the answer to %q, as in that to %q: the prefix doesn't change the kind",
				fieldKind+": "+want, a.line, address)))
		}
	}
}

// expectError expects an answer that says what is wrong, in its own words, and
// nothing else. why is why the line is refused; it may be empty.
func expectError(t *check.T, a answer, why string) {
	want := fmt.Sprintf("%q in the answer to %s, and no other field", fieldError+": (what is wrong)", quote(a.line))
	if why != "" {
		want += ": " + why
	}
	t.Expect(a.fields[fieldError] != "" && len(a.fields) == 2, wrong(a.text, want))
}

func wrong(got, want string) check.WrongOutput {
	return check.WrongOutput{Role: role, Stream: trace.Stdout, Want: want, Got: []byte(got)}
}
