// Package udptime is the exercise on asking and answering over UDP: a server
// that tells the time in the format it is asked for, and its client.
package udptime

import (
	"embed"
	"slices"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
)

//go:embed task.md starter mistakes variants
var files embed.FS

// Exercise is the exercise on asking and answering over UDP.
var Exercise = course.ExerciseSource{
	Files: files,
	Suite: check.Suite{
		Roles: []string{"server", "client"},
		Port:  9090,
		Steps: slices.Concat(serverSteps, clientSteps),
	},
}
