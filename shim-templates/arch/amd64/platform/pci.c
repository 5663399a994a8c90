/* PCI configuration mechanism #1 (PCI Local Bus 3.0, section 3.2.2.3.2). See pci.h. */
#include "pci.h"
#include "../insn.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define ENABLE 0x80000000
#define HEADER_TYPE 0x0c
#define MULTIFUNCTION 0x800000
#define HEADER_BRIDGE 1
#define BRIDGE_BUSES 0x18
#define BUS_COUNT 256

u32 pci_read(u32 function, u32 at) {
    outl(CONFIG_ADDRESS, ENABLE | function | at);
    return inl(CONFIG_DATA);
}

void pci_write(u32 function, u32 at, u32 v) {
    outl(CONFIG_ADDRESS, ENABLE | function | at);
    outl(CONFIG_DATA, v);
}

bool pci_present(void) {
    outl(CONFIG_ADDRESS, ENABLE);
    return inl(CONFIG_ADDRESS) == ENABLE;
}

static void visit_function(u32 function, u64 *buses, void (*visit)(u32, u16, u16)) {
    u32 id = pci_read(function, 0);
    visit(function, (u16)id, (u16)(id >> 16));
    if ((pci_read(function, HEADER_TYPE) >> 16 & 0x7f) != HEADER_BRIDGE) return;
    u32 behind = pci_read(function, BRIDGE_BUSES) >> 8 & 0xff;
    // upwards only, as firmware numbers them: no loop is possible
    if (behind > function >> 16) buses[behind / 64] |= 1ull << behind % 64;
}

void pci_each(void (*visit)(u32 function, u16 vendor, u16 device)) {
    u64 buses[BUS_COUNT / 64] = {1}; // those to look at: 0, and what bridges lead to
    for (u32 bus = 0; bus < BUS_COUNT; bus++) {
        if (!(buses[bus / 64] >> bus % 64 & 1)) continue;
        for (u32 device = 0; device < 32; device++) {
            u32 first = bus << 16 | device << 11;
            if ((u16)pci_read(first, 0) == 0xffff) continue;
            u32 functions = pci_read(first, HEADER_TYPE) & MULTIFUNCTION ? 8 : 1;
            for (u32 i = 0; i < functions; i++)
                if ((u16)pci_read(first | i << 8, 0) != 0xffff)
                    visit_function(first | i << 8, buses, visit);
        }
    }
}
