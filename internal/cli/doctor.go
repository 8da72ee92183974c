package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/study"
)

func newDoctor(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "See what this machine can do, and how to get what is missing",
		Long: "See what this machine can do, and how to get what is missing. The exit status is 0\n" +
			"if one can study here at all.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return doctor(cmd.Context(), a, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

// A finding is one thing that doctor looked at.
type finding struct {
	Name  string   `json:"name"`
	OK    bool     `json:"ok"`
	Vital bool     `json:"vital"` // nobody can study without
	Found string   `json:"found"`
	Fix   []string `json:"fix"` // what to do, lines to read or to type; empty if OK
}

// diagnosis is what doctor --json prints.
type diagnosis struct {
	OK       bool      `json:"ok"` // one can study here
	Findings []finding `json:"findings"`
}

func doctor(ctx context.Context, a *app, asJSON bool) error {
	d := diagnosis{OK: true, Findings: []finding{findLab(ctx)}}
	if !d.Findings[0].OK {
		d.Findings = append(d.Findings, findLoopback(ctx))
	}
	d.Findings = append(d.Findings,
		findTool(ctx, "go", "Go programs are built with it", goFix, "version"),
		findTool(ctx, "python3", "Python programs run on it", pythonFix, "--version"),
		findTool(ctx, "node", "JavaScript programs run on it", nodeFix, "--version"),
		findPort(8898), findPort(9090), findTerminal(a), findProgress(ctx, a))
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	for i, f := range d.Findings {
		d.OK = d.OK && (f.OK || !f.Vital)
		if f.Fix == nil {
			d.Findings[i].Fix = []string{}
		}
	}
	if asJSON {
		if err := writeJSON(a.Out, d); err != nil {
			return err
		}
	} else {
		drawDiagnosis(a, d)
	}
	if !d.OK {
		return errors.New("one can't study on this machine as it is")
	}
	return nil
}

func drawDiagnosis(a *app, d diagnosis) {
	for _, f := range d.Findings {
		mark := a.Good("✓")
		switch {
		case !f.OK && f.Vital:
			mark = a.Bad("✗")
		case !f.OK:
			mark = a.Notable("!")
		}
		a.Printf("%s %-9s  %s\n", mark, f.Name, f.Found) // paths and commands are to be copied: never wrapped
		for _, line := range f.Fix {
			a.Printf("             %s\n", line)
		}
	}
	if d.OK {
		a.Printf("\nYou can study here. Begin with: learnnet\n")
	}
}

func findLab(ctx context.Context) finding {
	f := finding{Name: "two hosts"}
	begin := time.Now()
	l, err := lab.Open(ctx, lab.Config{Isolation: lab.TwoHosts})
	if err == nil {
		f.OK = true
		f.Found = fmt.Sprintf("made and joined by a wire in %v", time.Since(begin).Round(time.Millisecond))
		err = l.Close()
	}
	if err != nil {
		f.OK = false
		f.Found = err.Error()
		if unavailable, ok := errors.AsType[*lab.UnavailableError](err); ok {
			f.Found = unavailable.Reason
		}
		f.Fix = append([]string{"Without them both programs run on the loopback. Everything works, but what you see is",
			"what they send to each other: no frames, calls and states."},
			hostsFix(runtime.GOOS, executable(), readTrimmed)...)
	}
	return f
}

func findLoopback(ctx context.Context) finding {
	f := finding{Name: "loopback", Vital: true}
	l, err := lab.Open(ctx, lab.Config{Isolation: lab.Loopback})
	if err == nil {
		_, err = l.Server().Addr(8898)
		err = errors.Join(err, l.Close())
	}
	if err != nil {
		f.Found = err.Error()
		f.Fix = []string{"Is the interface up? Try: ping 127.0.0.1"}
		return f
	}
	f.OK, f.Found = true, "works: the course runs on it"
	return f
}

// executable is our own path as the kernel sees it, which is what a security
// profile must name.
func executable() string {
	path, err := os.Executable()
	if err != nil {
		return "/usr/local/bin/learnnet"
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

func readTrimmed(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

func findTool(ctx context.Context, name, use string, fix []string, versionArg string) finding {
	f := finding{Name: name}
	path, err := exec.LookPath(name)
	if err != nil {
		f.Found = fmt.Sprintf("not in PATH: %s (the lessons do without)", use)
		f.Fix = fix
		return f
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, versionArg).CombinedOutput()
	version, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if err != nil {
		f.Found = fmt.Sprintf("%s does not run: %v %s", path, err, version)
		f.Fix = fix
		return f
	}
	f.OK, f.Found = true, strings.TrimPrefix(version, "go version ")
	return f
}

var (
	goFix     = []string{"https://go.dev/dl, or your system's packages: apt install golang, brew install go, winget install GoLang.Go"}
	pythonFix = []string{"https://www.python.org/downloads, or: apt install python3, brew install python, winget install Python.Python.3.13"}
	nodeFix   = []string{"Only for programs in JavaScript: https://nodejs.org, or: apt install nodejs, brew install node"}
)

// findPort sees whether a port that the lessons use is free on the loopback,
// for trying programs by hand.
func findPort(port int) finding {
	f := finding{Name: fmt.Sprintf("port %d", port), OK: true, Found: "free on 127.0.0.1"}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	l, err := net.Listen("tcp", address)
	if err == nil {
		l.Close()
		var c net.PacketConn
		if c, err = net.ListenPacket("udp", address); err == nil {
			c.Close()
		}
	}
	if err != nil {
		f.OK = false
		f.Found = fmt.Sprintf("taken on 127.0.0.1 (%v)", errors.Unwrap(err))
		f.Fix = []string{"Only trying programs by hand needs it. Who has it: " + whoListens(runtime.GOOS, port)}
	}
	return f
}

func whoListens(system string, port int) string {
	switch system {
	case "windows":
		return fmt.Sprintf("netstat -ano | findstr :%d", port)
	case "linux":
		return fmt.Sprintf("ss -lntup 'sport = :%d'", port)
	}
	return fmt.Sprintf("lsof -nP -i :%d", port)
}

func findTerminal(a *app) finding {
	f := finding{Name: "terminal", OK: true}
	if !a.OutTerminal {
		f.Found = fmt.Sprintf("none: output goes to a pipe or a file (%d columns, no colour)", a.Width)
		return f
	}
	colour := "colour"
	if !a.Color {
		colour = "no colour"
	}
	f.Found = fmt.Sprintf("%d columns, %s", a.Width, colour)
	if a.Width < 60 {
		f.OK = false
		f.Fix = []string{"A ladder needs 60 columns or more: make the window wider."}
	}
	return f
}

func findProgress(ctx context.Context, a *app) finding {
	f := finding{Name: "progress"}
	s, err := a.store()
	if err == nil {
		err = s.Update(ctx, func(*study.Progress) error { return nil })
	}
	if err != nil {
		f.Found = err.Error()
		f.Fix = []string{"One can study without, but nothing is remembered."}
		return f
	}
	f.OK, f.Found = true, "kept in "+s.Path
	return f
}
