/* RISC-V Platform-Level Interrupt Controller specification 1.0.0. A context is one privilege mode of one hart;
 * only the boot hart's is used. */
#include "plic.h"
#include "../insn.h"
#include "../machine.h"
#include "physmap.h"
#include "../serial.h"
#include "arch/cpu-bits.h"
#include "flat-tree.h"

#define PRIORITY(input) (4ul * (input))
#define ENABLE(context, input) (0x2000ul + 0x80 * (context) + (input) / 32 * 4)
#define THRESHOLD(context) (0x200000ul + 0x1000 * (context))
#define CLAIM(context) (THRESHOLD(context) + 4)
#define INPUTS 1024

static u8 *claim; /* of the context in use */
static u32 uart_input;

/* The hart's supervisor mode among the contexts. */
static bool find_context(u32 hart_id, u64 *context) {
    const struct hart *hart = hart_with_id(hart_id);
    if (!hart || !hart->interrupts) return false;
    for (u32 i = 0; i < machine.plic.context_count; i++) {
        const u8 *pair = machine.plic.contexts + 8 * i;
        if (fdt_cells(pair, 1) != hart->interrupts || fdt_cells(pair + 4, 1) != INTERRUPT_EXTERNAL) continue;
        *context = i;
        return true;
    }
    return false;
}

bool plic_route(u32 input, u32 hart) {
    u64 context;
    if (!machine.plic.registers || !input || input >= INPUTS || !find_context(hart, &context)) return false;
    if (CLAIM(context) + 4 > machine.plic.size) return false;
    u8 *registers = map_device(machine.plic.registers, CLAIM(context) + 4);
    claim = registers + CLAIM(context);
    uart_input = input;
    mmio_write32(registers + PRIORITY(input), 1);
    mmio_write32(registers + THRESHOLD(context), 0);
    // all others stay off, whatever the firmware left
    for (u32 i = 0; i < INPUTS; i += 32)
        mmio_write32(registers + ENABLE(context, i), i == input / 32 * 32 ? 1u << input % 32 : 0);
    return true;
}

void external_interrupt(void) {
    u32 input = claim ? mmio_read32(claim) : 0;
    if (!input) return; // withdrawn in the meantime
    if (input == uart_input) serial_interrupt();
    mmio_write32(claim, input); // completed
}
