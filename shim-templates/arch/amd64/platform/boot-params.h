/* Offsets in the zero page (struct boot_params): Linux Documentation/arch/x86/zero-page.rst. */
#pragma once

#define BP_ACPI_RSDP 0x70
#define BP_E820_ENTRIES 0x1e8
#define BP_HEADER 0x1f1
#define BP_CMDLINE 0x228
#define BP_SETUP_DATA 0x250
#define BP_EXT_CMDLINE 0x0c8 /* high half, for a command line above 4 GiB */
#define BP_E820_TABLE 0x2d0
#define BP_E820_MAX 128
#define BP_SIZE 4096

#define E820_RAM 1
#define E820_ACPI 3
#define SETUP_RNG_SEED 9 /* type of a setup_data node */
