package lab

import (
	"context"
	"errors"
	"github.com/learnnet/learnnet/internal/trace"
	"net"
	"net/netip"
)

type loopback struct{}

func openLoopback() backend { return loopback{} }

var errTODO = errors.New("todo")

func (loopback) start(h trace.Host, c Command, s stdio) (running, error) { return nil, errTODO }
func (loopback) dial(ctx context.Context, h trace.Host, network, addr string) (net.Conn, error) {
	return nil, errTODO
}
func (loopback) listen(ctx context.Context, h trace.Host, network, addr string) (net.Listener, error) {
	return nil, errTODO
}
func (loopback) listenPacket(ctx context.Context, h trace.Host, network, addr string) (net.PacketConn, error) {
	return nil, errTODO
}
func (loopback) sockets(h trace.Host) ([]Socket, error) { return nil, errTODO }
func (loopback) addr(h trace.Host, port uint16) (netip.AddrPort, error) {
	return netip.AddrPort{}, errTODO
}
func (loopback) wire() WireStats { return WireStats{} }
func (loopback) setPlan(Plan)    {}
func (loopback) close() error    { return nil }
