// Package lessons is the syllabus.
package lessons

import (
	_ "embed"

	ipaddressesexercise "github.com/learnnet/learnnet/exercises/ip-addresses"
	osilayersexercise "github.com/learnnet/learnnet/exercises/osi-layers"
	portsexercise "github.com/learnnet/learnnet/exercises/ports"
	socketfamiliesexercise "github.com/learnnet/learnnet/exercises/socket-families"
	socketsexercise "github.com/learnnet/learnnet/exercises/sockets"
	tcpchatexercise "github.com/learnnet/learnnet/exercises/tcp-chat"
	tcpvsudpexercise "github.com/learnnet/learnnet/exercises/tcp-vs-udp"
	twoprogramsexercise "github.com/learnnet/learnnet/exercises/two-programs"
	udpchatexercise "github.com/learnnet/learnnet/exercises/udp-chat"
	udptimeexercise "github.com/learnnet/learnnet/exercises/udp-time"
	"github.com/learnnet/learnnet/internal/course"
	ipaddresses "github.com/learnnet/learnnet/lessons/ip-addresses"
	osilayers "github.com/learnnet/learnnet/lessons/osi-layers"
	"github.com/learnnet/learnnet/lessons/ports"
	socketfamilies "github.com/learnnet/learnnet/lessons/socket-families"
	"github.com/learnnet/learnnet/lessons/sockets"
	tcpchat "github.com/learnnet/learnnet/lessons/tcp-chat"
	tcpvsudp "github.com/learnnet/learnnet/lessons/tcp-vs-udp"
	twoprograms "github.com/learnnet/learnnet/lessons/two-programs"
	udpchat "github.com/learnnet/learnnet/lessons/udp-chat"
	udptime "github.com/learnnet/learnnet/lessons/udp-time"
	ipaddressessolution "github.com/learnnet/learnnet/solutions/ip-addresses"
	osilayerssolution "github.com/learnnet/learnnet/solutions/osi-layers"
	portssolution "github.com/learnnet/learnnet/solutions/ports"
	socketfamiliessolution "github.com/learnnet/learnnet/solutions/socket-families"
	socketssolution "github.com/learnnet/learnnet/solutions/sockets"
	tcpchatsolution "github.com/learnnet/learnnet/solutions/tcp-chat"
	tcpvsudpsolution "github.com/learnnet/learnnet/solutions/tcp-vs-udp"
	twoprogramssolution "github.com/learnnet/learnnet/solutions/two-programs"
	udpchatsolution "github.com/learnnet/learnnet/solutions/udp-chat"
	udptimesolution "github.com/learnnet/learnnet/solutions/udp-time"
)

// Topics are the course in teaching order.
var Topics = []course.Topic{
	{Slug: "two-programs", Lesson: twoprograms.Lesson, Exercise: twoprogramsexercise.Exercise, Solutions: twoprogramssolution.Files},
	{Slug: "ip-addresses", Lesson: ipaddresses.Lesson, Exercise: ipaddressesexercise.Exercise, Solutions: ipaddressessolution.Files},
	{Slug: "ports", Lesson: ports.Lesson, Exercise: portsexercise.Exercise, Solutions: portssolution.Files},
	{Slug: "osi-layers", Lesson: osilayers.Lesson, Exercise: osilayersexercise.Exercise, Solutions: osilayerssolution.Files},
	{Slug: "sockets", Lesson: sockets.Lesson, Exercise: socketsexercise.Exercise, Solutions: socketssolution.Files},
	{Slug: "socket-families", Lesson: socketfamilies.Lesson, Exercise: socketfamiliesexercise.Exercise, Solutions: socketfamiliessolution.Files},
	{Slug: "tcp-vs-udp", Lesson: tcpvsudp.Lesson, Exercise: tcpvsudpexercise.Exercise, Solutions: tcpvsudpsolution.Files},
	{Slug: "tcp-chat", Lesson: tcpchat.Lesson, Exercise: tcpchatexercise.Exercise, Solutions: tcpchatsolution.Files},
	{Slug: "udp-chat", Lesson: udpchat.Lesson, Exercise: udpchatexercise.Exercise, Solutions: udpchatsolution.Files},
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
