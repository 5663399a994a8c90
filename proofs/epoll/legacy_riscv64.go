package main

func legacy(uintptr) {}
