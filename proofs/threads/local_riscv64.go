package main

func threadLocal() {}
