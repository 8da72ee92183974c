package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/program"
	"github.com/learnnet/learnnet/internal/trace"
)

// A Pair is two programs that are no lesson's: a learner's server with the
// learner's client, or one of them with another.
type Pair struct {
	Server *program.Command // nil if the client stands alone
	Client *program.Command // nil if the server does
	Name   string           // of the client: its role
	Args   []string         // of the client, behind the address if there is a server
	Port   uint16           // of the server
}

const (
	// readyCap is how long a server may take to listen before the client is
	// started all the same: what it then meets is worth seeing too.
	readyCap = 10 * time.Second
	// endCap is how long a server may take to end by itself when the client
	// has; most go on for ever.
	endCap = 300 * time.Millisecond
)

// PlayPair plays a pair in a lab of its own: the client when the server
// listens. It returns when the client has ended, or the server that stands
// alone. That a program fails is what was to be seen, and no error.
func PlayPair(ctx context.Context, p Pair, o Options) error {
	return inLab(ctx, o, func(ctx context.Context, l *lab.Lab) error {
		args := p.Args
		var server *lab.Process
		if p.Server != nil {
			addr, err := l.Server().Addr(p.Port)
			if err != nil {
				return err
			}
			if server, err = o.started(l.Server().Start(ctx, command("server", *p.Server, addr.String()))); err != nil {
				return err
			}
			ready, err := awaitReady(ctx, l, server, addr.String())
			if err != nil {
				return err
			}
			if ready { // otherwise the client is to be refused, which no relay can
				if addr, err = l.Server().Reach(p.Port); err != nil {
					return err
				}
			}
			args = append([]string{addr.String()}, args...)
		}
		if p.Client == nil {
			_, err := server.Wait(ctx)
			return err
		}
		client, err := o.started(l.Client().Start(ctx, command(p.Name, *p.Client, args...)))
		if err != nil {
			return err
		}
		if _, err := client.Wait(ctx); err != nil {
			return err
		}
		if server == nil {
			return nil
		}
		if err := settle(ctx, l.Client()); err != nil {
			return err
		}
		ended, cancel := context.WithTimeout(ctx, endCap)
		defer cancel()
		if _, err := server.Wait(ended); err != nil {
			return nil // it goes on, and is killed with the lab
		}
		return settle(ctx, l.Server())
	})
}

func command(name string, c program.Command, args ...string) lab.Command {
	return lab.Command{Name: name, Path: c.Path, Args: slices.Concat(c.Args, args), Env: c.Env}
}

// awaitReady waits until the server listens, over TCP or UDP, or has ended, or
// has been waited for long enough; the client is started in any case.
func awaitReady(ctx context.Context, l *lab.Lab, server *lab.Process, addr string) (listens bool, err error) {
	within, cancel := context.WithTimeout(ctx, readyCap)
	defer cancel()
	err = l.Server().WaitListening(within, lab.AnyNetwork, addr, server)
	say := func(text string) {
		l.Timeline().Add(trace.Event{Kind: trace.KindAction, Host: trace.Server, Action: &trace.Action{Actor: "learnnet", Text: text}})
	}
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, lab.ErrEnded):
		say(fmt.Sprintf("starts the client although nobody listens on %s: the server has ended", addr))
		return false, nil
	case within.Err() != nil && ctx.Err() == nil:
		say(fmt.Sprintf("starts the client although nobody listens on %s yet", addr))
		return false, nil
	}
	return false, err
}
