package main

func legacyFifo() {}
