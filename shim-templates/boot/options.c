/* Boot options: words from the nameplate, then from the command line. See boot.h.
 *
 * Loaders add words of their own (BOOT_IMAGE=, console=), so an unknown word is no error; only one
 * that begins `catkernel.` is surely meant for us, and is named. */
#include "boot.h"
#include "cpu.h"
#include "debug/checks.h"
#include "log.h"
#include "mem.h"
#include "string.h"

struct options options = {.cwd = "/", .tty = true, .huge_pages = true, .max_cpus = MAX_CPUS};

#define PROGRAM_PATH "/app"

/* Takes the next word off *text, without its quotes, into *out; false at the end. The words become
 * one block of strings, each with its NUL. */
static bool next_word(const char **text, const char *end, char **out) {
    const char *p = *text;
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) p++;
    if (p == end || *p == 0) return false;
    char quote = 0;
    for (; p < end && *p; p++) {
        if (!quote && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) break;
        if (!quote && (*p == '"' || *p == '\'')) quote = *p;
        else if (quote && *p == quote) quote = 0;
        else if (*p == '\\' && quote != '\'' && p + 1 < end && p[1]) *(*out)++ = *++p;
        else *(*out)++ = *p;
    }
    *(*out)++ = 0;
    *text = p;
    return true;
}

static void set_env(const char *assignment) {
    size_t name = strchr(assignment, '=') ? (size_t)(strchr(assignment, '=') - assignment) : strlen(assignment);
    for (u32 i = 0; i < options.envc; i++)
        if (strncmp(options.envp[i], assignment, name) == 0 && options.envp[i][name] == '=') {
            options.envp[i] = assignment;
            return;
        }
    options.envp[options.envc++] = assignment;
}

static u32 number(const char *digits) {
    u32 n = 0;
    for (; *digits >= '0' && *digits <= '9' && n < 100000; digits++) n = n * 10 + (*digits - '0');
    return n;
}

static void set_option(const char *word) {
    const char *value = strchr(word, '=');
    value = value ? value + 1 : "";
    if (starts_with(word, "env.") && value[0] != '=' && strchr(word + 4, '=') > word + 4) set_env(word + 4);
    else if (starts_with(word, "argv0=")) options.argv[0] = value;
    else if (starts_with(word, "cwd=/")) options.cwd = value;
    else if (starts_with(word, "catkernel.trace=")) options.trace = number(value);
    else if (starts_with(word, "catkernel.record=")) options.record = number(value);
    else if (starts_with(word, "catkernel.tty=")) options.tty = number(value);
    else if (starts_with(word, "catkernel.huge=")) options.huge_pages = number(value);
    else if (starts_with(word, "catkernel.paging=")) options.paging = value;
    else if (starts_with(word, "catkernel.cpus=")) options.max_cpus = MAX(1u, MIN(number(value), MAX_CPUS));
    else if (!fault_option(word) && !poison_option(word) && starts_with(word, "catkernel."))
        log_printf("boot option %s is not known", word);
}

static void parse(const char *text, size_t size, char *words) {
    const char *end = text + size, *word;
    bool arguments = false;
    while (word = words, next_word(&text, end, &words)) {
        if (arguments) {
            options.argv[options.argc++] = word;
        } else if (strcmp(word, "--") == 0) {
            arguments = true;
            options.argc = 1; // these replace earlier ones
        } else {
            set_option(word);
        }
    }
}

void options_parse(const char *nameplate, size_t nameplate_size, const char *command_line) {
    // A word takes at least two bytes with the space behind it, which bounds how many there are.
    size_t line_size = strlen(command_line);
    size_t count = nameplate_size / 2 + line_size / 2 + 8;
    char *words = kalloc(nameplate_size + line_size + 4);
    options.argv = kalloc(count * sizeof *options.argv);
    options.envp = kalloc(count * sizeof *options.envp);
    if (!words || !options.argv || !options.envp) refuse_to_boot("No memory is left for the boot options.");
    options.argv[0] = PROGRAM_PATH;
    options.argc = 1;
    set_env("HOME=/");
    set_env("TERM=linux");
    parse(nameplate, nameplate_size, words);
    parse(command_line, line_size, words + nameplate_size + 2);
}
