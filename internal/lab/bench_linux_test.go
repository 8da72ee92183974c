package lab

import (
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

// BenchmarkOpenClose is the price of a lab.
func BenchmarkOpenClose(b *testing.B) {
	openLab(b, Config{Isolation: TwoHosts}) // or skip
	for b.Loop() {
		l, err := Open(context.Background(), Config{Isolation: TwoHosts})
		require.NoError(b, err)
		require.NoError(b, l.Close())
	}
}

// BenchmarkWireTCP is what one TCP connection carries through the wire.
func BenchmarkWireTCP(b *testing.B) {
	ctx := b.Context()
	l := openLab(b, Config{Isolation: TwoHosts, Timeline: trace.New()})
	ln, err := l.Server().Listen(ctx, "tcp", "10.0.0.2:9000")
	require.NoError(b, err)
	defer ln.Close()
	done := make(chan int64)
	go func() {
		c, err := ln.Accept()
		if err != nil {
			done <- 0
			return
		}
		defer c.Close()
		n, _ := io.Copy(io.Discard, c)
		done <- n
	}()
	c, err := l.Client().Dial(ctx, "tcp", "10.0.0.2:9000")
	require.NoError(b, err)
	buf := make([]byte, 1<<20)
	b.SetBytes(int64(len(buf)))
	sent := int64(0)
	for b.Loop() {
		n, err := c.Write(buf)
		require.NoError(b, err)
		sent += int64(n)
	}
	c.Close()
	require.Equal(b, sent, <-done)
	require.Zero(b, l.WireStats().Missed)
}

// BenchmarkWireSmallFrames is how many of the smallest frames a second cross
// the wire and land in the timeline.
func BenchmarkWireSmallFrames(b *testing.B) {
	d := openDatagrams(b, Config{})
	b.ResetTimer()
	sendSmallFrames(b, d, b.N)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "frames/s")
	require.Zero(b, d.lab.WireStats().Missed)
}
