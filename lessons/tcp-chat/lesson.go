// Package tcpchat is the lesson on a conversation over TCP: one listener, one
// caller at a time, turn by turn, until one of the two says q.
package tcpchat

import (
	"embed"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/trace"
)

//go:embed lesson.md quiz.yaml talk.go faulty.go server.py client.py tutorial.py recording.jsonl
var files embed.FS

var (
	//go:embed server.py
	serverPython string
	//go:embed client.py
	clientPython string
	//go:embed tutorial.py
	tutorialPython string
	//go:embed netcat.py
	netcatPython string
)

// Lesson is the lesson on a conversation over TCP.
var Lesson = course.LessonSource{
	Files: files,
	Demo: demo.Demo{
		Programs: []demo.Program{
			program("server", server, serverPython),
			program("client", client, clientPython),
			program("tutorial", tutorial, tutorialPython),
			program("netcat", netcat, netcatPython),
		},
		Play: play,
		Talk: letThemTalk,
	},
	Predictions: map[string]func([]trace.Event) (string, error){
		"bytes-of-taibai": bytesOfTaibai,
		"bytes-unheard":   bytesUnheard,
		"messages-read":   messagesRead,
	},
}

func program(name string, inGo func(demo.Stdio) error, inPython string) demo.Program {
	return demo.Program{Name: name, Impl: map[string]func(demo.Stdio) error{"go": inGo}, Text: map[string]string{"python": inPython}}
}
