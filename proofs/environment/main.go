// Proof environment: variables come as they were given; changing them changes this process only.
//
//proof:env PLAIN=value
//proof:env SPACES=two words
//proof:env EMPTY=
//proof:env EQUALS=a=b=c
package main

import (
	"os"
	"sort"
	"strings"

	"proofs/prove"
)

func main() {
	environment := os.Environ()
	sort.Strings(environment)
	for _, entry := range environment {
		// The shell that starts the proof on Linux adds PWD.
		if name := strings.SplitN(entry, "=", 2)[0]; strings.ToUpper(name) == name && name != "PWD" {
			prove.Say("%q", entry)
		}
	}
	_, there := os.LookupEnv("EMPTY")
	prove.That(there, "EMPTY is there")
	_, there = os.LookupEnv("ABSENT")
	prove.That(!there, "ABSENT is not there")

	prove.Ok("setenv", os.Setenv("PLAIN", "changed"))
	prove.Equal("expanded", os.ExpandEnv("$PLAIN and ${SPACES}"), "changed and two words")
	prove.Ok("unsetenv", os.Unsetenv("PLAIN"))
	prove.Equal("unset", os.Getenv("PLAIN"), "")
	os.Clearenv()
	prove.Equal("cleared", len(os.Environ()), 0)
	prove.Done()
}
