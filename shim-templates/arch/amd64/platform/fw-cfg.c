/* QEMU's fw_cfg device, one question: how many bytes did -kernel load? (QEMU docs/specs/fw_cfg.rst)
 * Ports 0x510 and 0x511 exist only there; elsewhere reads give ones. */
#include "../early.h"
#include "../insn.h"

#define FW_CFG_SELECTOR 0x510
#define FW_CFG_DATA 0x511
#define FW_CFG_SIGNATURE 0x00
#define FW_CFG_KERNEL_SIZE 0x08 /* of the file without its 16-bit part */

static u32 read_item(u16 key) {
    u32 value = 0;
    outw(FW_CFG_SELECTOR, key);
    for (u32 i = 0; i < 4; i++) value |= (u32)inb(FW_CFG_DATA) << (8 * i);
    return value;
}

u64 fw_cfg_kernel_size(void) {
    if (read_item(FW_CFG_SIGNATURE) != 0x554d4551) return 0; // "QEMU"
    return read_item(FW_CFG_KERNEL_SIZE);
}
