/* What nobody has written: boot option catkernel.poison=BYTE, debug kernels only. Pages that are given out, heap objects
 * that were given back, and at every way into the kernel and every call the unused part of the stack are filled with that
 * byte. Whatever a program can see must not depend on it: on the machine model, two runs with two bytes are the same to
 * the instruction, or the kernel read what it never wrote (proofs/hostile/poison.test.ts). */
#include "debug/poison.h"
#include "boot.h"
#include "cpu.h"
#include "debug/checks.h"
#include "mem.h"
#include "string.h"
#include "thread.h"

/* Of the stack, what the function that fills it needs itself: its frame's two words, and room for two more. */
#define OWN_WORDS 4

static u64 word;

bool poison_option(const char *text) {
    if (!starts_with(text, "catkernel.poison=")) return false;
    u64 byte = 0;
    const char *digit = strchr(text, '=') + 1;
    for (; *digit >= '0' && *digit <= '9' && byte < 256; digit++) byte = byte * 10 + (u64)(*digit - '0');
    if (*digit || !byte || byte > 255) refuse_to_boot("%s: write catkernel.poison=BYTE, a number from 1 to 255.", text);
    word = byte * 0x0101010101010101ull;
    return true;
}

bool poison_is_on(void) { return word != 0; }

void poison_pages(pa_t start, u32 order) {
    if (word) memset(phys_to_virt(start), (int)(word & 0xff), PAGE_SIZE << order);
}

void poison_bytes(void *start, size_t size) {
    if (word) memset(start, (int)(word & 0xff), size);
}

NOINLINE void poison_stack(void) {
    if (!word) return;
    u64 *bottom = current()->stack, *end = (u64 *)__builtin_frame_address(0) - OWN_WORDS;
    if (!bottom || end < bottom || end > bottom + KSTACK_SIZE / sizeof *bottom) return;
    for (u64 *at = bottom; at < end; at++) *(volatile u64 *)at = word;
}
