/* Words of the kernel: fixed-width integers and the three kinds of address.
 *
 * `uptr` is an address of the Go program: never dereferenced, only handed to user.h.
 * `pa_t` is a physical address. A kernel pointer is an ordinary C pointer. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t i8;
typedef int16_t i16;
typedef int32_t i32;
typedef int64_t i64;
typedef u64 uptr;
typedef u64 pa_t;
typedef i64 ssize_t;

#define KIB 1024ul
#define MIB (1024ul * KIB)
#define GIB (1024ul * MIB)

#define NS_PER_SEC 1000000000l

#define PAGE_SHIFT 12
#define PAGE_SIZE 4096ul
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define HUGE_SHIFT 21
#define HUGE_SIZE (2 * MIB)

#define ALIGN_DOWN(x, a) ((x) & ~((u64)(a) - 1))
#define ALIGN_UP(x, a) ALIGN_DOWN((x) + (u64)(a) - 1, a)
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CONTAINER(ptr, type, field) ((type *)((char *)(ptr)-offsetof(type, field)))

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define NORETURN _Noreturn
#define INLINE inline __attribute__((always_inline))
#define NOINLINE __attribute__((noinline))
#define PACKED __attribute__((packed))
#define ALIGNED(n) __attribute__((aligned(n)))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
