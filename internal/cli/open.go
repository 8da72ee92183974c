package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/ladder"
)

// checkOpen refuses what makes no sense together with --open, or without it.
func (o *demoOptions) checkOpen(cmd *cobra.Command) error {
	if !o.open {
		if cmd.Flags().Changed("port") {
			return errors.New("--port goes with --open: it is where your browser finds the page")
		}
		return nil
	}
	if o.port < 0 || o.port > 65535 {
		return fmt.Errorf("--port %d: it must be from 1 to 65535; leave it out for a free one", o.port)
	}
	var other []string
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Name != "open" && f.Name != "port" {
			other = append(other, "--"+f.Name)
		}
	})
	if len(other) > 0 {
		return fmt.Errorf("--open serves your own browser and plays nothing on two hosts: leave out %s, or --open", strings.Join(other, " and "))
	}
	return nil
}

// openDemo serves a lesson's page on this machine's loopback, and shows what
// its clients say, until Ctrl-C.
func openDemo(ctx context.Context, a *app, o demoOptions) error {
	l, err := a.lesson(o.lesson)
	if err != nil {
		return err
	}
	serve := l.Source.Lesson.Demo.Open
	if serve == nil {
		return a.nothingToOpen(l.Slug)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(o.port)))
	if err != nil {
		return fmt.Errorf("serve the page: %w\nchoose another port with --port, or leave it out for a free one", err)
	}
	defer listener.Close()
	curl := "curl"
	if runtime.GOOS == "windows" {
		curl = "curl.exe" // in PowerShell curl may be another program
	}
	a.Printf("Open in your browser:         http://%[1]s/\nor type in another terminal:  %[2]s -v http://%[1]s/\n"+
		"What they say appears here. Ctrl-C ends it.\n", listener.Addr(), curl)
	var mu sync.Mutex
	err = serve(ctx, listener, func(r demo.Request) {
		mu.Lock()
		defer mu.Unlock()
		a.Printf("\n%s says\n", r.Client)
		for _, line := range r.Lines {
			a.Printf("  %s\n", ladder.Printable(withoutSecret(line), false))
		}
	})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// nothingToOpen says so, and which lessons have something.
func (a *app) nothingToOpen(slug string) error {
	c, err := a.course()
	if err != nil {
		return err
	}
	var have []string
	for _, l := range c.Topics {
		if l.Source.Lesson.Demo.Open != nil {
			have = append(have, "learnnet demo "+l.Slug+" --open")
		}
	}
	hint := "no lesson has"
	if len(have) > 0 {
		hint = "try " + strings.Join(have, " or ")
	}
	return fmt.Errorf("the lesson %s has no page that a browser could open; %s", slug, hint)
}

// withoutSecret hides what a browser sends to every server on 127.0.0.1, since
// cookies know no ports (RFC 6265 §8.5), and what is no business of whoever
// looks over the learner's shoulder.
func withoutSecret(header string) string {
	name, _, _ := strings.Cut(header, ":")
	switch strings.ToLower(name) {
	case "cookie", "authorization":
		return name + ": [left out here]"
	}
	return header
}
