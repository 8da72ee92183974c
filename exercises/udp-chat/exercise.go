// Package udpchat is the exercise on a chat over UDP: a server that prints what
// everybody says, each name in its colour, and its client.
package udpchat

import (
	"embed"
	"slices"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
)

//go:embed task.md starter mistakes variants
var files embed.FS

// Exercise is the exercise on a chat over UDP.
var Exercise = course.ExerciseSource{
	Files: files,
	Suite: check.Suite{
		Roles: []string{"server", "client"},
		Port:  9091,
		Steps: slices.Concat(serverSteps, hostileSteps, clientSteps),
	},
}
