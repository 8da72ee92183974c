// Package lessons is the syllabus.
package lessons

import (
	_ "embed"

	portsexercise "github.com/learnnet/learnnet/exercises/ports"
	socketfamiliesexercise "github.com/learnnet/learnnet/exercises/socket-families"
	socketsexercise "github.com/learnnet/learnnet/exercises/sockets"
	udptimeexercise "github.com/learnnet/learnnet/exercises/udp-time"
	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/lessons/ports"
	socketfamilies "github.com/learnnet/learnnet/lessons/socket-families"
	"github.com/learnnet/learnnet/lessons/sockets"
	udptime "github.com/learnnet/learnnet/lessons/udp-time"
	portssolution "github.com/learnnet/learnnet/solutions/ports"
	socketfamiliessolution "github.com/learnnet/learnnet/solutions/socket-families"
	socketssolution "github.com/learnnet/learnnet/solutions/sockets"
	udptimesolution "github.com/learnnet/learnnet/solutions/udp-time"
)

// Topics are the course in teaching order.
var Topics = []course.Topic{
	{Slug: "ports", Lesson: ports.Lesson, Exercise: portsexercise.Exercise, Solutions: portssolution.Files},
	{Slug: "sockets", Lesson: sockets.Lesson, Exercise: socketsexercise.Exercise, Solutions: socketssolution.Files},
	{Slug: "socket-families", Lesson: socketfamilies.Lesson, Exercise: socketfamiliesexercise.Exercise, Solutions: socketfamiliessolution.Files},
	{Slug: "udp-time", Lesson: udptime.Lesson, Exercise: udptimeexercise.Exercise, Solutions: udptimesolution.Files},
}

//go:embed glossary.yaml
var glossary []byte

//go:embed bibliography.yaml
var bibliography []byte

// Source is what the course is read from.
func Source() course.Source {
	return course.Source{Topics: Topics, Glossary: glossary, Bibliography: bibliography}
}
