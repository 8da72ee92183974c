package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/study"
	"github.com/learnnet/learnnet/internal/term"
	"github.com/learnnet/learnnet/internal/trace"
)

func newQuiz(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "quiz LESSON",
		Short: "Answer the lesson's questions",
		Long: "Answer the lesson's questions, one at a time: by letter, number, or the answer\n" +
			"itself. What a run of the demo will show is asked before it runs.\n" +
			"Answers can come through a pipe, one a line.",
		Example:           "  learnnet quiz sockets\n  printf '3\\nb\\n' | learnnet quiz sockets",
		Args:              aTopic,
		ValidArgsFunction: completeTopics(a),
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := a.lesson(args[0])
			if err != nil {
				return err
			}
			return runQuiz(cmd.Context(), a, l)
		},
	}
}

// A quiz is one round of a lesson's questions.
type quiz struct {
	*app
	lesson       *course.Lesson
	answers      <-chan string
	asked, right int
	all          int
}

func runQuiz(ctx context.Context, a *app, l *course.Lesson) error {
	questions, err := l.Questions()
	if err != nil {
		return err
	}
	q := &quiz{app: a, lesson: l, answers: inputLines(ctx, a.In), all: len(questions)}
	err = q.play(ctx, questions)
	if errors.Is(err, io.EOF) {
		a.Printf("\nThat was %d of %d questions. Go on any time with \"learnnet quiz %s\".\n", q.asked, q.all, l.Slug)
		return nil
	}
	if err != nil {
		return err
	}
	a.Printf("\n%s\n", a.Bold(fmt.Sprintf("%d of %d right.", q.right, q.asked)))
	exercise, _ := a.practice(ctx, l)
	a.Printf("Next: %s\n", exercise)
	return nil
}

// play asks the predictions, runs the demo, and asks the rest.
func (q *quiz) play(ctx context.Context, questions []course.Question) error {
	var predictions []course.Question
	var predicted []int
	for _, question := range questions {
		if !question.Predict {
			continue
		}
		n, err := q.predict(ctx, question)
		if err != nil {
			return err
		}
		predictions, predicted = append(predictions, question), append(predicted, n)
	}
	if len(predictions) > 0 {
		q.Printf("\nNow the demo shows it.\n\n")
		run, _, err := textRun(ctx, q.app, runOptions{onlyWire: true}, faults{}, demoRun(q.lesson, "", false))
		if err != nil {
			return err
		}
		for i, question := range predictions {
			q.judge(ctx, question, predicted[i], run)
		}
	}
	for _, question := range questions {
		if question.Predict {
			continue
		}
		if err := q.ask(ctx, question); err != nil {
			return err
		}
	}
	return nil
}

// inputLines sends the lines of in until it ends; a command that is cancelled
// doesn't wait for it.
func inputLines(ctx context.Context, in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(in)
		for scanner.Scan() {
			select {
			case lines <- strings.TrimSpace(scanner.Text()):
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}

func (q *quiz) pose(text string) {
	q.asked++
	q.Printf("\n%s\n%s\n", q.Faint(fmt.Sprintf("Question %d of %d", q.asked, q.all)),
		q.Bold(term.Wrap(flow(text), min(q.Width, 80), "")))
}

// read returns the next line that isn't empty; io.EOF if there is none.
func (q *quiz) read(ctx context.Context, prompt string) (string, error) {
	for {
		q.Printf("%s: ", prompt)
		select {
		case line, ok := <-q.answers:
			if !ok {
				q.asked-- // it was not answered
				q.Printf("\n")
				return "", io.EOF
			}
			if !q.InTerminal { // so that what was answered can be read
				q.Printf("%s\n", printable(line))
			}
			if line != "" {
				return line, nil
			}
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

// predict asks for a number.
func (q *quiz) predict(ctx context.Context, question course.Question) (int, error) {
	q.pose(question.Text)
	for {
		answer, err := q.read(ctx, "Your prediction, a number")
		if err != nil {
			return 0, err
		}
		if n, ok := numberIn(answer); ok {
			return n, nil
		}
		q.Printf("Answer with a number, such as 0 or 12.\n")
	}
}

func (q *quiz) ask(ctx context.Context, question course.Question) error {
	q.pose(question.Text)
	for i, o := range question.Options {
		q.Printf("%s\n", term.Hang(fmt.Sprintf("  %c) ", 'a'+i), flow(o.Text), q.Width))
	}
	chosen := -1
	for chosen < 0 {
		answer, err := q.read(ctx, "Your answer")
		if err != nil {
			return err
		}
		if chosen = chosenOption(question.Options, answer); chosen < 0 {
			q.Printf("Answer with a letter from a to %c.\n", 'a'+len(question.Options)-1)
		}
	}
	right := question.Right()
	if chosen != right {
		q.Printf("%s\n", term.Hang("Not quite. ", flow(question.Options[chosen].Why), q.Width))
		q.Printf("%s\n", term.Hang(fmt.Sprintf("Right is %c. ", 'a'+right), flow(question.Options[right].Why), q.Width))
	} else {
		q.Printf("%s\n", term.Hang("Right. ", flow(question.Options[right].Why), q.Width))
	}
	q.record(ctx, question, chosen == right)
	return nil
}

// judge compares a prediction with what the run has shown.
func (q *quiz) judge(ctx context.Context, question course.Question, predicted int, run []trace.Event) {
	q.Printf("\n%s\n", q.Bold(term.Wrap(flow(question.Text), min(q.Width, 80), "")))
	answer, err := q.lesson.Answer(question, run)
	if err != nil {
		q.Printf("%s\n", term.Wrap("This run can't tell: "+err.Error(), min(q.Width, 80), ""))
		q.asked--
		q.all--
		return
	}
	right := predicted == answer
	word := "Right"
	if !right {
		word = "Not quite"
	}
	q.Printf("%s\n", term.Wrap(fmt.Sprintf("%s. You predicted %d; the run shows %d. %s",
		word, predicted, answer, flow(question.Why)), min(q.Width, 80), ""))
	q.record(ctx, question, right)
}

func (q *quiz) record(ctx context.Context, question course.Question, right bool) {
	if right {
		q.right++
	}
	q.remember(ctx, func(p *study.Progress, now time.Time) {
		p.Topic(q.lesson.Slug).Answered(question.ID, right, now)
	})
}

// chosenOption returns the index of the option that an answer means, or -1:
// the one with just that text, the one with that letter or number, or the only
// one that begins so.
func chosenOption(options []course.Option, answer string) int {
	answer = strings.ToLower(strings.TrimRight(strings.TrimSpace(answer), ".)"))
	if answer == "" {
		return -1
	}
	for i, o := range options {
		if strings.EqualFold(strings.TrimRight(flow(o.Text), "."), answer) {
			return i
		}
	}
	if n, err := strconv.Atoi(answer); err == nil {
		if n >= 1 && n <= len(options) {
			return n - 1
		}
		return -1
	}
	if i := int(answer[0]) - 'a'; len(answer) == 1 && i >= 0 && i < len(options) {
		return i
	}
	found := -1
	for i, o := range options {
		if strings.HasPrefix(strings.ToLower(flow(o.Text)), answer) {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// numberIn returns the one number in an answer: in digits, with or without words
// around it, or as the answer's first word.
func numberIn(answer string) (int, bool) {
	numbers := strings.FieldsFunc(answer, func(r rune) bool { return (r < '0' || r > '9') && r != '-' })
	if len(numbers) == 0 {
		word, _, _ := strings.Cut(strings.ToLower(strings.Trim(answer, " .\"'`")), " ")
		n, ok := numberWords[word]
		return n, ok
	}
	n, err := strconv.Atoi(numbers[0])
	return n, len(numbers) == 1 && err == nil
}

var numberWords = map[string]int{"no": 0, "none": 0, "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
	"six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}

// flow makes one paragraph of a text from the quiz's file, whose lines end
// where their author liked, and drops the marks of code.
func flow(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "`", "")
}

// printable keeps what somebody else wrote from repainting the terminal.
func printable(s string) string {
	if isGraphic(s) {
		return s
	}
	return strconv.QuoteToGraphic(s)
}

func isGraphic(s string) bool {
	for _, r := range s {
		if !strconv.IsGraphic(r) {
			return false
		}
	}
	return true
}
