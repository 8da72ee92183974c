//go:build !unix

package socketfamilies

import "errors"

func makeFIFO(string) error { return errors.ErrUnsupported }
