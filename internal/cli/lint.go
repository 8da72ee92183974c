package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/course"
)

type lintOptions struct {
	topic string
	seed  uint64
	runs  int
	load  bool
}

func newCourse(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "course",
		Short: "For authors of lessons",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newLint(a), newRecord(a))
	return cmd
}

func newLint(a *app) *cobra.Command {
	var o lintOptions
	cmd := &cobra.Command{
		Use:   "lint [TOPIC]",
		Short: "Prove the course",
		Long: "Prove what must be true of every topic: its texts and questions hold together, its\n" +
			"demo plays and prints what the lesson quotes, its starters fail, its solutions pass,\n" +
			"and every known mistake fails at its step with its cause. At the root of learnnet's\n" +
			"own source tree, prove too that its folders hold no stray file.\n\n" +
			"With --runs, check every solution that often instead, each time with another seed;\n" +
			"with --load, while other programs keep all processors busy.",
		Args:              atMostOne,
		ValidArgsFunction: completeTopics(a),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.topic = first(args)
			return lint(cmd.Context(), a, o)
		},
	}
	f := cmd.Flags()
	f.Uint64Var(&o.seed, "seed", 0, "draws the checks' inputs (by chance)")
	f.IntVar(&o.runs, "runs", 0, "check every solution this often")
	f.BoolVar(&o.load, "load", false, "keep all processors busy meanwhile")
	return cmd
}

func lint(ctx context.Context, a *app, o lintOptions) error {
	c, err := a.course()
	if err != nil {
		return err
	}
	topics := c.Topics
	if o.topic != "" {
		l, err := c.Find(o.topic)
		if err != nil {
			return err
		}
		topics = []*course.Lesson{l}
	}
	if o.seed == 0 {
		o.seed = uint64(rand.Uint32()) + 1
	}
	if o.load {
		idle, err := keepBusy(ctx)
		if err != nil {
			return err
		}
		defer idle()
	}
	begin := time.Now()
	var batches []*batch
	for _, l := range topics {
		proofs, err := lintProofs(c, l, o)
		if err != nil {
			return fmt.Errorf("lint %s: %w", l.Slug, err)
		}
		batches = append(batches, &batch{what: l.Slug, proofs: proofs})
	}
	if o.topic == "" && o.runs == 0 {
		batches = append(batches, &batch{what: "course", proofs: c.SharedProofs()})
	}
	if o.runs == 0 {
		addTreeProofs(a, c, topics, batches)
	}
	prove(ctx, a, batches, o.seed)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	proved, failed := 0, 0
	for _, b := range batches {
		proved, failed = proved+b.held, failed+len(b.proofs)-b.held
	}
	a.Printf("%d proved, %d not, in %v (seed %d)\n", proved, failed, time.Since(begin).Round(100*time.Millisecond), o.seed)
	if failed > 0 {
		return fmt.Errorf("the course does not hold: %d of its proofs failed", failed)
	}
	return nil
}

// sourceModule is the first line of learnnet's own go.mod.
const sourceModule = "module github.com/learnnet/learnnet\n"

// addTreeProofs adds to the topics' batches, and to the course's behind them, what
// is to be proved of the source tree, if this is its root.
func addTreeProofs(a *app, c *course.Course, topics []*course.Lesson, batches []*batch) {
	tree := os.DirFS(a.dir)
	if mod, err := fs.ReadFile(tree, "go.mod"); err != nil || !strings.HasPrefix(string(mod), sourceModule) {
		a.Printf("this is not the root of learnnet's source tree: that the tree holds no stray file is left out\n")
		return
	}
	for i, b := range batches {
		if i < len(topics) {
			b.proofs = append(b.proofs, topics[i].TreeProof(tree))
		} else {
			b.proofs = append(b.proofs, c.TreeProof(tree))
		}
	}
}

// A batch of proofs is what is to be proved of one topic, or of the course as a
// whole.
type batch struct {
	what        string
	proofs      []course.Proof
	tried, held int // so far
}

// lintProofs returns what is to be proved of a topic: everything, or with
// --runs that its solutions endure.
func lintProofs(c *course.Course, l *course.Lesson, o lintOptions) ([]course.Proof, error) {
	if o.runs == 0 {
		proofs, err := c.Proofs(l, "")
		return append(proofs, course.Proof{Name: "the commands it quotes", Run: func(ctx context.Context, _ uint64) error {
			return proveCommands(ctx, l)
		}}), err
	}
	if o.runs < 0 {
		return nil, errors.New("--runs takes a positive number")
	}
	var out []course.Proof
	for _, lang := range course.Languages {
		out = append(out, course.Proof{
			Name: fmt.Sprintf("solution %s, %d times", lang, o.runs),
			Run: func(ctx context.Context, _ uint64) error {
				return l.Endure(ctx, lang, o.runs, "")
			},
		})
	}
	return out, nil
}

// prove tries the proofs of all batches, several at once. It tells of those that
// fail, and of each batch that is done, and counts in each how many held.
func prove(ctx context.Context, a *app, batches []*batch, seed uint64) {
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		slots = make(chan struct{}, runtime.NumCPU())
	)
	for _, b := range batches {
		for _, p := range b.proofs {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				if ctx.Err() != nil {
					return
				}
				err := p.Run(ctx, seed)
				mu.Lock()
				defer mu.Unlock()
				a.Status("")
				if ctx.Err() == nil {
					b.tell(a, p.Name, err)
				}
			})
		}
	}
	wg.Wait()
	a.Status("")
}

// tell counts a proof that was tried, and says what there is to say then.
func (b *batch) tell(a *app, proof string, err error) {
	b.tried++
	if err == nil {
		b.held++
	} else {
		a.Printf("%s %s: %s\n    %s\n", a.Bad("✗"), b.what, proof, strings.ReplaceAll(err.Error(), "\n", "\n    "))
	}
	if b.tried == len(b.proofs) {
		a.Printf("%s: %d of %d proved\n", b.what, b.held, b.tried)
		return
	}
	a.Status(fmt.Sprintf("  …  %s: %d of %d tried", b.what, b.tried, len(b.proofs)))
}
