package lab

import (
	"fmt"
	"net"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRelayKeepsDatagramsOfTwoClientsApart(t *testing.T) {
	r := openRelayed(t)
	server, err := r.Server().ListenPacket(within(t), "udp", r.own)
	require.NoError(t, err)
	defer server.Close()
	require.NoError(t, server.SetDeadline(time.Now().Add(patience)))
	var clients []net.Conn
	var senders []net.Addr
	buf := make([]byte, 70000)
	for i := range 2 {
		c, err := r.Client().Dial(within(t), "udp", r.via)
		require.NoError(t, err)
		defer c.Close()
		require.NoError(t, c.SetDeadline(time.Now().Add(patience)))
		clients = append(clients, c)
		for _, text := range []string{fmt.Sprint("a", i), "", fmt.Sprint("b", i)} { // an empty one is a datagram too
			_, err = c.Write([]byte(text))
			require.NoError(t, err)
			n, from, err := server.ReadFrom(buf)
			require.NoError(t, err)
			assert.Equal(t, text, string(buf[:n]))
			if text != "" && text[0] == 'a' {
				senders = append(senders, from)
			}
		}
	}
	assert.NotEqual(t, senders[0].String(), senders[1].String())
	for _, i := range []int{1, 0} {
		_, err = server.WriteTo([]byte(fmt.Sprint("to ", i)), senders[i])
		require.NoError(t, err)
		n, err := clients[i].Read(buf)
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprint("to ", i), string(buf[:n]))
	}
	assert.Equal(t, []string{`client "a0" 2 bytes`, `client "" 0 bytes`, `client "b0" 2 bytes`, `client "a1" 2 bytes`, `client "" 0 bytes`,
		`client "b1" 2 bytes`, `server "to 1" 4 bytes`, `server "to 0" 4 bytes`}, r.told())
	var peers []int
	for _, e := range r.Timeline().Events() {
		assert.Equal(t, "udp", e.Relay.Network)
		peers = append(peers, e.Relay.Conn)
	}
	assert.Equal(t, []int{1, 1, 1, 2, 2, 2, 2, 1}, peers)
}

func TestRelayTellsThatADatagramIsRefused(t *testing.T) {
	r := openRelayed(t)
	c, err := r.Client().Dial(within(t), "udp", r.via)
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Write([]byte("who?"))
	require.NoError(t, err)
	want := []string{`client "who?" 4 bytes`, "server refuses"}
	if runtime.GOOS == "windows" {
		want = want[:1] // Go has it keep such errors to itself
	}
	r.until(len(want))
	assert.Equal(t, want, r.told())
}

func TestRelayForgetsTheOldestDatagramPeers(t *testing.T) {
	r := openRelayed(t)
	server, err := r.Server().ListenPacket(within(t), "udp", r.own)
	require.NoError(t, err)
	defer server.Close()
	require.NoError(t, server.SetDeadline(time.Now().Add(patience)))
	buf := make([]byte, 100)
	for range mostPeers + 20 {
		c, err := r.Client().Dial(within(t), "udp", r.via)
		require.NoError(t, err)
		_, err = c.Write([]byte("x"))
		require.NoError(t, err)
		_, from, err := server.ReadFrom(buf)
		require.NoError(t, err)
		_, err = server.WriteTo([]byte("y"), from)
		require.NoError(t, err)
		require.NoError(t, c.SetDeadline(time.Now().Add(patience)))
		_, err = c.Read(buf)
		require.NoError(t, err, "the newest is always served")
		require.NoError(t, c.Close())
	}
}
