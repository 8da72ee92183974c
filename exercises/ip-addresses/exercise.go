// Package ipaddresses is the exercise in which a program reads IP addresses
// and says what is in their bits.
package ipaddresses

import (
	"embed"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
)

//go:embed task.md starter mistakes variants
var files embed.FS

// role is the only program of this exercise.
const role = "main"

// Exercise is the exercise and its checks.
var Exercise = course.ExerciseSource{
	Files: files,
	Suite: check.Suite{Roles: []string{role}, Steps: steps},
}
