package main

// action is the kernel's struct sigaction: there is no restorer, the kernel brings its own.
type action struct{ Handler, Flags, Mask uint64 }

func withRestorer(a action) action { return a }

func pauses() {}
