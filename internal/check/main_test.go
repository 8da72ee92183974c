package check

import (
	"os"
	"testing"

	"github.com/learnnet/learnnet/internal/lab"
)

func TestMain(m *testing.M) {
	lab.Main()
	os.Exit(m.Run())
}
