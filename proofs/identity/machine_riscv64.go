package main

const machine = "riscv64"
