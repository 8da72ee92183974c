// Package sockets is the exercise on sockets, TCP hello: the client says
// "hello!", the server says "hi", and both close.
package sockets

import (
	"embed"
	"slices"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
)

//go:embed task.md starter mistakes variants
var files embed.FS

// Exercise is the exercise on sockets.
var Exercise = course.ExerciseSource{
	Files: files,
	Suite: check.Suite{
		Port:  8898,
		Roles: []string{"server", "client"},
		Steps: slices.Concat(serverSteps, clientSteps),
	},
}
