/* The address space of the host test: physical memory is one block of the test's own. */
#pragma once
extern unsigned long test_ram;
#ifndef USER_TOP
#define USER_TOP 0x00007ffffffff000ul
#endif
#define PHYSMAP_BASE test_ram
#define KSTACK_BASE 0xffffc90000000000ul
#define KERNEL_BASE 0xffffffff80000000ul
#define PHYSMAP_SIZE (1ul << 46)
