package main

import "time"

func legacyTime(time.Duration) {}
