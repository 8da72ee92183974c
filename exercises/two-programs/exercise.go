// Package twoprograms is the first exercise of the course: a client that sends
// a name as a line and prints the greeting that comes back.
package twoprograms

import (
	"embed"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
)

//go:embed task.md starter mistakes variants
var files embed.FS

// Exercise is the first exercise.
var Exercise = course.ExerciseSource{
	Files: files,
	Suite: check.Suite{
		Port:  9000,
		Roles: []string{role},
		Steps: steps,
	},
}

const role = "client"
