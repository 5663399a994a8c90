package main

func legacy(int, int) {}
