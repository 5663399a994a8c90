/* What Linux needs before a Go program can be its init: /proc, which programs ask for their own file. Then it
 * says that the program starts, and becomes it: first argument the folder to work in, then the program and
 * its arguments. */
#include "call.h"

__attribute__((used)) void start(long *stack) {
    char **argv = (char **)(stack + 1);
    char *env[] = {"HOME=/", "TERM=linux", 0};
    call(SYS_MOUNT, (long)"proc", (long)"/proc", (long)"proc", 0, 0);
    call(SYS_CHDIR, (long)argv[1], 0, 0, 0, 0);
    call(SYS_WRITE, 2, (long)"@start\n", 7, 0, 0);
    call(SYS_EXECVE, (long)argv[2], (long)(argv + 2), (long)env, 0, 0);
    call(SYS_EXIT_GROUP, 127, 0, 0, 0, 0);
}
