package cli

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"slices"
	"time"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/ladder"
	"github.com/learnnet/learnnet/internal/trace"
)

// A recording is what is left of a demo, or of a lab.
type recording struct {
	events []trace.Event
	begin  time.Time
	look   ladder.Options
}

// An export is a file to write a recording to.
type export struct {
	flag, path string // path is empty where the file is not wanted
	what       string // the file holds
	write      func(io.Writer, recording) error
	file       *os.File
}

// hostNames are what other tools are to call the hosts' addresses.
var hostNames = map[netip.Addr]string{
	lab.ClientIP: string(trace.Client), lab.ClientIP6: string(trace.Client),
	lab.ServerIP: string(trace.Server), lab.ServerIP6: string(trace.Server),
}

func (o *wireOptions) exports() []export {
	return []export{
		{flag: "pcapng", path: o.pcapng, what: "frames", write: func(w io.Writer, r recording) error {
			return ladder.WritePcapng(w, slices.Values(r.events), r.begin, hostNames)
		}},
		{flag: "svg", path: o.svg, what: "picture", write: func(w io.Writer, r recording) error {
			return ladder.WriteSVG(w, slices.Values(r.events), r.look)
		}},
		{flag: "html", path: o.html, what: "page", write: func(w io.Writer, r recording) error {
			return ladder.WriteHTML(w, slices.Values(r.events), r.look)
		}},
	}
}

// createExports creates the files that are wanted, before there is anything
// to write, so that a wrong path costs nothing. writeExports closes them.
func createExports(wanted []export) ([]export, error) {
	var created []export
	for _, e := range wanted {
		if e.path == "" {
			continue
		}
		var err error
		if e.file, err = os.Create(e.path); err != nil {
			return nil, errors.Join(fmt.Errorf("write %s: %w", e.what, err), closeExports(created))
		}
		created = append(created, e)
	}
	return created, nil
}

// writeExports writes the files and closes them. Where nothing was recorded
// they stay empty.
func writeExports(exports []export, r recording) error {
	var errs []error
	for _, e := range exports {
		if len(r.events) == 0 {
			break
		}
		if err := e.write(e.file, r); err != nil {
			errs = append(errs, fmt.Errorf("write %s: %w", e.what, err))
		}
	}
	return errors.Join(errors.Join(errs...), closeExports(exports))
}

func closeExports(exports []export) error {
	var errs []error
	for _, e := range exports {
		if err := e.file.Close(); err != nil {
			errs = append(errs, fmt.Errorf("write %s: %w", e.what, err))
		}
	}
	return errors.Join(errs...)
}
