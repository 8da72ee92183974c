package cli

import (
	"bufio"
	"context"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/trace"
	"github.com/learnnet/learnnet/lessons"
)

// The scripts play courses of small topics, so that they hold whatever
// the lessons say.
//
//go:embed testdata/course
var courseFiles embed.FS

func testTopics() []course.Topic {
	return []course.Topic{
		testTopic("greeting", greetingDemo, greetingSuite, course.Predictions{"prints": countPrinted}),
		testTopic("shout", demo.Demo{}, shoutSuite, nil),
	}
}

// courseVar chooses the course that scripts play: with "pair" it has one topic,
// whose exercise has two roles; with "real" it is the one that people get.
const courseVar = "LEARNNET_TEST_COURSE"

func scriptCourse() course.Source {
	switch os.Getenv(courseVar) {
	case "real":
		return lessons.Source()
	case "pair":
		return course.Source{Topics: []course.Topic{testTopic("echo", demo.Demo{}, check.Suite{Roles: []string{"server", "client"}, Port: 8898}, nil)}}
	}
	glossary, err := courseFiles.ReadFile("testdata/course/glossary.yaml")
	if err != nil {
		panic(err)
	}
	return course.Source{Topics: testTopics(), Glossary: glossary}
}

func testTopic(slug string, d demo.Demo, suite check.Suite, predictions course.Predictions) course.Topic {
	sub := func(dir string) fs.FS {
		files, err := fs.Sub(courseFiles, "testdata/course/"+slug+"/"+dir)
		if err != nil {
			panic(err)
		}
		return files
	}
	return course.Topic{Slug: slug,
		Lesson:    course.LessonSource{Files: sub("lesson"), Demo: d, Predictions: predictions},
		Exercise:  course.ExerciseSource{Files: sub("exercise"), Suite: suite},
		Solutions: sub("solution"),
	}
}

var greetingDemo = demo.Demo{
	Programs: []demo.Program{
		{Name: "server", Impl: map[string]func(demo.Stdio) error{"go": greetingServer, "raw": greetingServer}},
		{Name: "client", Impl: map[string]func(demo.Stdio) error{"go": greetingClient, "raw": greetingClient}},
		{Name: "echo", Impl: map[string]func(demo.Stdio) error{"go": echoTyped, "raw": echoTyped}},
	},
	Play: func(ctx context.Context, s *demo.Stage) error {
		address, err := s.Address(trace.Server, 8898)
		if err != nil {
			return err
		}
		server, err := s.Start(ctx, trace.Server, "server", address)
		if err != nil {
			return err
		}
		if err := s.Lab.Server().WaitListening(ctx, "tcp", address, server); err != nil {
			return err
		}
		reach, err := s.Reach(trace.Server, 8898)
		if err != nil {
			return err
		}
		client, err := s.Start(ctx, trace.Client, "client", reach)
		if err != nil {
			return err
		}
		if _, err = client.Wait(ctx); err != nil {
			return err
		}
		return s.Settle(ctx, address)
	},
	Talk: func(ctx context.Context, s *demo.Stage) error {
		echo, err := s.Start(ctx, trace.Client, "echo")
		if err != nil {
			return err
		}
		_, err = echo.Wait(ctx)
		return err
	},
	Open: func(ctx context.Context, l net.Listener, _ func(demo.Request)) error {
		defer context.AfterFunc(ctx, func() { l.Close() })()
		_, err := l.Accept()
		return err
	},
}

func greetingServer(std demo.Stdio) error {
	l, err := net.Listen("tcp", std.Args[0])
	if err != nil {
		return err
	}
	c, err := l.Accept()
	if err != nil {
		return err
	}
	fmt.Fprintln(c, "hi")
	return c.Close()
}

func greetingClient(std demo.Stdio) error {
	c, err := net.Dial("tcp", std.Args[0])
	if err != nil {
		return err
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	fmt.Fprint(std.Stdout, line)
	if err == io.EOF {
		return nil
	}
	return err
}

// echoTyped prints what is typed until its input ends.
func echoTyped(std demo.Stdio) error {
	for lines := bufio.NewScanner(std.In); lines.Scan(); {
		fmt.Fprintf(std.Stdout, "heard %s\n", lines.Text())
	}
	return nil
}

func countPrinted(run []trace.Event) (int, error) {
	n := 0
	for _, e := range run {
		if e.Kind == trace.KindOutput && e.Output.Program == "client" {
			n += strings.Count(string(e.Output.Data), "\n")
		}
	}
	return n, nil
}

var greetingSuite = check.Suite{
	Roles: []string{"server"},
	Port:  8898,
	Steps: []check.Step{
		{Name: "listens", Title: "listens where it is told to", Role: "server", Points: 20,
			Rationale: "A client can only find it there.",
			Hints:     []string{"What makes a socket listen?", "See bind and listen.", "net.Listen(\"tcp\", os.Args[1])"},
			Run:       func(t *check.T) { t.StartServer("server", "tcp"); t.Prove() }},
		{Name: "answers", Title: "answers hi", Role: "server", Points: 50, After: []string{"listens"},
			Rationale: "An answer is what the client came for.",
			Hints:     []string{"What does the client wait for?", "Write before you close.", "c.Write([]byte(\"hi\"))"},
			Causes:    map[check.Kind]string{check.KindClosedEarly: "Your server closes the connection before it writes."},
			Run:       func(t *check.T) { t.StartServer("server", "tcp").Dial().ExpectAll("hi") }},
		{Name: "again", Title: "answers the next client too", Role: "server", Points: 30, After: []string{"answers"},
			Rationale: "A server serves more than once.",
			Hints:     []string{"Where is accept called?", "In a loop.", "for { c, err := l.Accept() … }"},
			Run: func(t *check.T) {
				server := t.StartServer("server", "tcp")
				server.Dial().ExpectAll("hi")
				server.Dial().ExpectAll("hi")
			}},
	},
}

var shoutSuite = check.Suite{
	Roles: []string{"main"},
	Steps: []check.Step{{Name: "shouts", Title: "prints the line in capitals", Role: "main", Points: 100,
		Rationale: "To be heard.",
		Hints:     []string{"Which letters are capitals?", "There is a function for it.", "strings.ToUpper(s)"},
		Run: func(t *check.T) {
			p := t.Start("main")
			p.Input("hello\n")
			p.CloseInput()
			p.ExpectStdout("HELLO\n")
		}}},
}
