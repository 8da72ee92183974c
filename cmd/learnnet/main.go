// Command learnnet teaches socket programming on two hosts of your own.
package main

import (
	"os"

	"github.com/learnnet/learnnet/internal/cli"
)

func main() { os.Exit(cli.Main()) }
