package trace

import "net/netip"

// A Socket is one row of a host's socket table.
type Socket struct {
	Network string         `json:"network"`          // "tcp", "udp" or "unix"; both IP versions are "tcp" and "udp"
	State   string         `json:"state,omitempty"`  // "LISTEN", "ESTABLISHED", … (RFC 9293 §3.3.2); UDP: "" or "ESTABLISHED" when connected
	Local   netip.AddrPort `json:"local,omitzero"`   // IP sockets
	Remote  netip.AddrPort `json:"remote,omitzero"`  // IP sockets that have a peer
	Path    string         `json:"path,omitempty"`   // unix sockets that have a name
	RecvQ   uint32         `json:"recv_q,omitempty"` // bytes received and not yet read; for LISTEN, connections waiting for accept
	SendQ   uint32         `json:"send_q,omitempty"` // bytes sent and not yet acknowledged; for LISTEN, the backlog
	Inode   uint64         `json:"inode,omitempty"`  // what /proc/PID/fd calls it; 0 once no program has it
	// Was is the state before this event, and Gone says that the row is no
	// more. Both are set in events only.
	Was  string `json:"was,omitempty"`
	Gone bool   `json:"gone,omitempty"`
}
