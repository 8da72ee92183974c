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
	return askText(t, lines, strings.Join(lines, "\n")+"\n")
}

// askText is ask for lines that reach the program as text. It expects the
// program to read to the end, to end with status 0, and to answer every line in
// its turn.
func askText(t *check.T, lines []string, text string) []answer {
	p := t.Start(role)
	p.Input(text)
	p.CloseInput()
	p.ExpectExit()
	return match(t, lines, p.Stdout())
}

// match finds the answer to each of the lines in what the program printed.
func match(t *check.T, lines []string, printed string) []answer {
	answers, stray := readAnswers(printed)
	if stray != "" {
		t.Fail(wrong(stray, "nothing but the fields of the task, each once in an answer, and input first"))
	}
	for i, line := range lines {
		if i == len(answers) {
			t.Fail(wrong(printed, fmt.Sprintf("%d answers, one for each line; there is none to line %d, %q", len(lines), i+1, line)))
		}
		answers[i].line = line
		said := strings.Trim(line, " \t\r")
		t.Expect(!isASCII(said) || answers[i].fields[fieldInput] == said,
			wrong(answers[i].text, fmt.Sprintf("%q as the beginning of the answer to line %d", fieldInput+": "+said, i+1)))
	}
	if len(answers) > len(lines) {
		t.Fail(wrong(answers[len(lines)].text, fmt.Sprintf("no more than %d answers, one for each line", len(lines))))
	}
	return answers
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
			expectError(t, a, "")
			continue
		}
		for _, name := range append([]string{fieldError}, names...) {
			value, wanted := want[name]
			got, there := a.fields[name]
			where := fmt.Sprintf(" in the answer to %q", a.line)
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

// expectError expects an answer that says what is wrong, in its own words, and
// nothing else. why is why the line is refused; it may be empty.
func expectError(t *check.T, a answer, why string) {
	want := fmt.Sprintf("%q in the answer to %q, and no other field", fieldError+": (what is wrong)", a.line)
	if why != "" {
		want += ": " + why
	}
	t.Expect(a.fields[fieldError] != "" && len(a.fields) == 2, wrong(a.text, want))
}

func wrong(got, want string) check.WrongOutput {
	return check.WrongOutput{Role: role, Stream: trace.Stdout, Want: want, Got: []byte(got)}
}
