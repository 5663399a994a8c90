package main

const machine = "x86_64"
