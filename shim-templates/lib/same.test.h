/* For test programs: what is not as wanted is printed with its line, and counted. */
#pragma once
int printf(const char *, ...);

static int failures;

#define same(what, wanted)                                                                         \
    do {                                                                                           \
        u64 got = (what);                                                                          \
        if (got != (u64)(wanted)) printf("line %d: got %#lx\n", __LINE__, got), failures++;        \
    } while (0)
