// Package twoprograms is the lesson that begins the course: one message passed
// through a file, over a socket, and to a browser.
package twoprograms

import (
	"context"
	"embed"
	"errors"
	"strings"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

//go:embed lesson.md quiz.yaml file.go socket.go web.go *.py recording.jsonl
var files embed.FS

// Lesson is the lesson and its demo.
var Lesson = course.LessonSource{
	Files: files,
	Demo: demo.Demo{
		Programs: []demo.Program{
			program("file-writer", fileWriter),
			program("file-reader", fileReader),
			program("socket-writer", socketWriter),
			program("socket-reader", socketReader),
			program("web-server", webServer),
			program("web-client", webClient),
		},
		Play: play,
		Open: open,
	},
	Predictions: course.Predictions{
		"frames-for-a-file": framesForAFile,
		"hasty-status":      hastyStatus,
		"whole-message":     wholeMessage,
	},
}

// program is one in Go and in Python; its script is named after it.
func program(name string, run func(demo.Stdio) error) demo.Program {
	script, err := files.ReadFile(strings.ReplaceAll(name, "-", "_") + ".py")
	if err != nil {
		panic(err) // it is embedded, or this doesn't compile
	}
	return demo.InBoth(name, run, string(script))
}

// The ports of the demo. On the loopback they are mapped to free ones.
const (
	messagePort = 9000
	webPort     = 8080
)

// A scene is the demo while it plays.
type scene struct {
	*demo.Stage
	ctx context.Context
}

func play(ctx context.Context, stage *demo.Stage) error {
	s := scene{stage, ctx}
	s.Act("one file, and three who read it")
	if err := s.shareFile(); err != nil {
		return err
	}
	s.Act("the same message over a socket")
	if err := s.useSocket(); err != nil {
		return err
	}
	s.Act("what a browser says")
	return s.browse()
}

// The readers, as the timeline knows them: what they print decides predictions.
const (
	early, hasty, late = "early", "hasty", "late"
	overSocket         = "reader"
)

// shareFile has one writer and three readers on the client's host: one comes
// before the writer, one between its two parts, one after it.
func (s scene) shareFile() error {
	if err := s.Folder(); err != nil {
		return err
	}
	const path = "message.txt"
	s.Say(trace.Client, "sends a reader before the writer")
	if err := s.run(early, "file-reader", path); err != nil {
		return err
	}
	writer, err := s.StartAs(s.ctx, trace.Client, "writer", "file-writer", path)
	if err != nil {
		return err
	}
	if err := s.printed(writer, "has written a part"); err != nil {
		return err
	}
	s.Say(trace.Client, "sends one in the writer's pause")
	if err := s.run(hasty, "file-reader", path); err != nil {
		return err
	}
	if err := s.goOn(writer); err != nil {
		return err
	}
	s.Say(trace.Client, "sends one after the writer")
	return s.run(late, "file-reader", path)
}

// useSocket has the same writer write to a reader on the other host.
func (s scene) useSocket() error {
	reader, address, err := s.serve(overSocket, "socket-reader", messagePort)
	if err != nil {
		return err
	}
	writer, err := s.StartAs(s.ctx, trace.Client, "writer", "socket-writer", address)
	if err != nil {
		return err
	}
	if err := errors.Join(s.printed(writer, "has written a part"), s.printed(reader, "so far")); err != nil {
		return err
	}
	if err := s.goOn(writer); err != nil {
		return err
	}
	return s.over(reader, address)
}

// browse has a web client ask a web server for a page.
func (s scene) browse() error {
	server, address, err := s.serve("web server", "web-server", webPort)
	if err != nil {
		return err
	}
	if err := s.run("web client", "web-client", address); err != nil {
		return err
	}
	return s.over(server, address)
}

// run runs a program on the client's host to its end, whatever that is.
func (s scene) run(name, role string, args ...string) error {
	p, err := s.StartAs(s.ctx, trace.Client, name, role, args...)
	if err != nil {
		return err
	}
	_, err = p.Wait(s.ctx)
	return err
}

// serve starts a program that listens on the server's host and returns it, with
// where it is reached, when it listens.
func (s scene) serve(name, role string, port uint16) (*lab.Process, string, error) {
	address, err := s.Address(trace.Server, port)
	if err != nil {
		return nil, "", err
	}
	p, err := s.StartAs(s.ctx, trace.Server, name, role, address)
	if err != nil {
		return nil, "", err
	}
	if err := s.Lab.Server().WaitListening(s.ctx, "tcp", address, p); err != nil {
		return nil, "", err
	}
	reach, err := s.Reach(trace.Server, port)
	return p, reach, err
}

// printed waits until p has printed text, or has ended because it can't.
func (s scene) printed(p *lab.Process, text string) error {
	p.Stdout().Until(s.ctx, func(b []byte) bool { return strings.Contains(string(b), text) })
	return s.ctx.Err()
}

// goOn ends a writer's pause and waits for its end.
func (s scene) goOn(writer *lab.Process) error {
	if err := writer.Input([]byte("go on\n")); err != nil {
		return err
	}
	_, err := writer.Wait(s.ctx)
	return err
}

// over waits for the end of a server and of its connection.
func (s scene) over(server *lab.Process, address string) error {
	if _, err := server.Wait(s.ctx); err != nil {
		return err
	}
	return s.Settle(s.ctx, address)
}
