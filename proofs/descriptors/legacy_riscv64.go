package main

func legacyDup(int) {}
