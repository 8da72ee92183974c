// Package socketfamilies is the exercise on address families: one echo server
// for a unix socket, for IPv4 and for IPv6.
package socketfamilies

import (
	"embed"
	"slices"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
)

//go:embed task.md starter mistakes variants
var files embed.FS

// Exercise is the exercise on address families.
var Exercise = course.ExerciseSource{
	Files: files,
	Suite: check.Suite{
		Port:  9007,
		Roles: []string{"server"},
		Steps: slices.Concat(echoSteps, unixSteps, refusalSteps),
	},
}
