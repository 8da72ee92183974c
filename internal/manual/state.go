package manual

// State returns what the named state of a socket means, such as "LISTEN", in
// one sentence without a full stop. It is empty for a state that is not known.
func State(name string) string { return states[name] }

// RFC 9293 §3.3.2.
var states = map[string]string{
	"LISTEN":       "waits for connections; accept takes them one by one",
	"SYN-SENT":     "has asked for a connection with a SYN and waits for the answer",
	"SYN-RECEIVED": "has got a SYN and answered it, and waits for the ACK that completes the handshake",
	"ESTABLISHED":  "is connected: both ends can send",
	"FIN-WAIT-1":   "has said with a FIN that it sends no more, and waits for the ACK of that",
	"FIN-WAIT-2":   "has had its FIN acknowledged, and waits for the other end's FIN",
	"CLOSE-WAIT":   "has got the other end's FIN, and stays so until its own program closes it",
	"CLOSING":      "both ends have sent a FIN at the same time, and it waits for the ACK of its own",
	"LAST-ACK":     "has sent its FIN after the other end's, and waits for the last ACK",
	"TIME-WAIT":    "is over, and keeps its addresses for a minute so that stray segments can't reach a new connection",
	"CLOSED":       "has no connection, and does not listen",
}
