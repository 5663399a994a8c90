/* PCI configuration space by the PC's two ports, and the virtio devices found there. pci.c,
 * virtio-pci.c */
#pragma once
#include "types.h"

struct virtio_device;

/* A function: bus << 16 | device << 11 | function << 8. */
u32 pci_read(u32 function, u32 at);
void pci_write(u32 function, u32 at, u32 v);
bool pci_present(void);
/* Calls `visit` for every function that exists. */
void pci_each(void (*visit)(u32 function, u16 vendor, u16 device));

/* A virtio device with its registers mapped; false if it offers none of the modern kind. */
bool virtio_pci_probe(struct virtio_device *d, u32 function);
