package lab

import (
	"os"
	"time"

	"github.com/learnnet/learnnet/internal/trace"
)

// A Running lab has a door, through which other processes of the same user
// enter its hosts.
type Running struct {
	PID   int       // of the process that holds the lab
	Since time.Time // when its door was opened

	dir string
}

// An Entry says what somebody wants to run on which host of a Running lab, and
// with which standard streams.
type Entry struct {
	Host    trace.Host
	Command Command // with an absolute Path and its whole Env
	In      *os.File
	Out     *os.File
	Err     *os.File
}
