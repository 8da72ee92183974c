// Package tcpchat is the lesson on a conversation over TCP: one listener, one
// caller at a time, turn by turn, until one of the two says q.
package tcpchat

import (
	"embed"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
)

//go:embed lesson.md quiz.yaml talk.go faulty.go server.py client.py tutorial.py netcat.py recording.jsonl
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
			demo.InBoth("server", server, serverPython),
			demo.InBoth("client", client, clientPython),
			demo.InBoth("tutorial", tutorial, tutorialPython),
			demo.InBoth("netcat", netcat, netcatPython),
		},
		Play: play,
		Talk: letThemTalk,
	},
	Predictions: course.Predictions{
		"bytes-of-taibai": bytesOfTaibai,
		"bytes-unheard":   bytesUnheard,
		"messages-read":   messagesRead,
	},
}
