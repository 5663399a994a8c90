/* The instructions that C has no words for. */
#pragma once
#include "types.h"

#define csr_read(name)                                                                             \
    ({                                                                                             \
        u64 csr_value_;                                                                            \
        __asm__ volatile("csrr %0, " #name : "=r"(csr_value_) : : "memory");                       \
        csr_value_;                                                                                \
    })
#define csr_write(name, v) __asm__ volatile("csrw " #name ", %0" : : "r"((u64)(v)) : "memory")
#define csr_set(name, v) __asm__ volatile("csrs " #name ", %0" : : "r"((u64)(v)) : "memory")
#define csr_clear(name, v) __asm__ volatile("csrc " #name ", %0" : : "r"((u64)(v)) : "memory")

static inline u64 rdtime(void) {
    u64 v;
    __asm__ volatile("rdtime %0" : "=r"(v) : : "memory");
    return v;
}

/* A device register in memory; ordered against all other accesses, to memory and to devices. */
static inline u8 mmio_read8(const volatile void *at) {
    u8 v = *(const volatile u8 *)at;
    __asm__ volatile("fence i, iorw" : : : "memory");
    return v;
}
static inline u32 mmio_read32(const volatile void *at) {
    u32 v = *(const volatile u32 *)at;
    __asm__ volatile("fence i, iorw" : : : "memory");
    return v;
}
static inline void mmio_write8(volatile void *at, u8 v) {
    __asm__ volatile("fence iorw, o" : : : "memory");
    *(volatile u8 *)at = v;
}
static inline void mmio_write32(volatile void *at, u32 v) {
    __asm__ volatile("fence iorw, o" : : : "memory");
    *(volatile u32 *)at = v;
}
