// Package lessons is the syllabus.
package lessons

import (
	_ "embed"

	osilayersexercise "github.com/learnnet/learnnet/exercises/osi-layers"
	portsexercise "github.com/learnnet/learnnet/exercises/ports"
	socketsexercise "github.com/learnnet/learnnet/exercises/sockets"
	udptimeexercise "github.com/learnnet/learnnet/exercises/udp-time"
	"github.com/learnnet/learnnet/internal/course"
	osilayers "github.com/learnnet/learnnet/lessons/osi-layers"
	"github.com/learnnet/learnnet/lessons/ports"
	"github.com/learnnet/learnnet/lessons/sockets"
	udptime "github.com/learnnet/learnnet/lessons/udp-time"
	osilayerssolution "github.com/learnnet/learnnet/solutions/osi-layers"
	portssolution "github.com/learnnet/learnnet/solutions/ports"
	socketssolution "github.com/learnnet/learnnet/solutions/sockets"
	udptimesolution "github.com/learnnet/learnnet/solutions/udp-time"
)

// Topics are the course in teaching order.
var Topics = []course.Topic{
	{Slug: "ports", Lesson: ports.Lesson, Exercise: portsexercise.Exercise, Solutions: portssolution.Files},
	{Slug: "osi-layers", Lesson: osilayers.Lesson, Exercise: osilayersexercise.Exercise, Solutions: osilayerssolution.Files},
	{Slug: "sockets", Lesson: sockets.Lesson, Exercise: socketsexercise.Exercise, Solutions: socketssolution.Files},
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
