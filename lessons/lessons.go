// Package lessons is the syllabus.
package lessons

import (
	ipaddressesexercise "github.com/learnnet/learnnet/exercises/ip-addresses"
	portsexercise "github.com/learnnet/learnnet/exercises/ports"
	socketsexercise "github.com/learnnet/learnnet/exercises/sockets"
	udptimeexercise "github.com/learnnet/learnnet/exercises/udp-time"
	"github.com/learnnet/learnnet/internal/course"
	ipaddresses "github.com/learnnet/learnnet/lessons/ip-addresses"
	"github.com/learnnet/learnnet/lessons/ports"
	"github.com/learnnet/learnnet/lessons/sockets"
	udptime "github.com/learnnet/learnnet/lessons/udp-time"
	ipaddressessolution "github.com/learnnet/learnnet/solutions/ip-addresses"
	portssolution "github.com/learnnet/learnnet/solutions/ports"
	socketssolution "github.com/learnnet/learnnet/solutions/sockets"
	udptimesolution "github.com/learnnet/learnnet/solutions/udp-time"
)

// Topics are the course in teaching order.
var Topics = []course.Topic{
	{Slug: "ip-addresses", Lesson: ipaddresses.Lesson, Exercise: ipaddressesexercise.Exercise, Solutions: ipaddressessolution.Files},
	{Slug: "ports", Lesson: ports.Lesson, Exercise: portsexercise.Exercise, Solutions: portssolution.Files},
	{Slug: "sockets", Lesson: sockets.Lesson, Exercise: socketsexercise.Exercise, Solutions: socketssolution.Files},
	{Slug: "udp-time", Lesson: udptime.Lesson, Exercise: udptimeexercise.Exercise, Solutions: udptimesolution.Files},
}
