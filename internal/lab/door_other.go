//go:build !linux

package lab

// A Door lets other processes of the same user enter a lab.
type Door struct{}

// OpenDoor opens a lab's door, where there are two hosts to enter.
func (l *Lab) OpenDoor(...string) (*Door, error) { return nil, noTwoHosts() }

// Close closes the door.
func (d *Door) Close() {}

// RunningLabs returns the labs that can be entered.
func RunningLabs(...string) ([]Running, error) { return nil, noTwoHosts() }

// Enter runs a program on a host of the lab.
func (r Running) Enter(Entry) (status int, err error) { return 0, noTwoHosts() }
