/* From the device tree to struct machine. Devices are recognised by `compatible`, wherever they stand. */
#include "machine.h"
#include "log.h"
#include "platform/flat-tree.h"
#include "string.h"

#define UART_REGISTERS 8
#define VIRTIO_SIZE 0x200
#define SMALL_DEVICE 8 /* RTC and finisher: bytes of registers that are used */

struct machine machine;

static bool is_any_of(const struct fdt_node *node, const char *const *names, u32 count) {
    for (u32 i = 0; i < count; i++)
        if (fdt_is_compatible(node, names[i])) return true;
    return false;
}

/* Its first registers; 0 if there are fewer bytes than that. */
static pa_t registers_of(const struct fdt_node *node, u64 least) {
    pa_t start;
    u64 size;
    return fdt_reg(node, 0, &start, &size) && size >= least ? start : 0;
}

/* --- harts ---------------------------------------------------------------------------------------------- */

static bool is_hart(const struct fdt_node *node) {
    const char *type = fdt_string(node, "device_type");
    return node->depth == 2 && type && strcmp(type, "cpu") == 0;
}

static void add_hart(const struct fdt_node *node) {
    struct fdt_node cpus = *node;
    cpus.depth--;
    u32 size, cells = fdt_u32(&cpus, "#address-cells", 2);
    const u8 *reg = fdt_property(node, "reg", &size);
    const char *paging = fdt_string(node, "mmu-type");
    // small harts that manage the machine have no paging
    if (!reg || !cells || cells > 2 || size != 4 * cells || !paging || strcmp(paging, "riscv,none") == 0) return;
    u64 id = fdt_cells(reg, cells);
    if (id > UINT32_MAX || machine.hart_count == MAX_CPUS) return;
    struct hart *hart = &machine.harts[machine.hart_count++];
    hart->id = (u32)id;
    hart->isa = fdt_string(node, "riscv,isa");
    hart->extensions = fdt_property(node, "riscv,isa-extensions", &hart->extensions_size);

    struct fdt_node child = *node;
    while (fdt_next(&child) && child.depth > node->depth)
        if (fdt_is_compatible(&child, "riscv,cpu-intc")) hart->interrupts = fdt_u32(&child, "phandle", 0);
}

/* One frequency for all harts (Devicetree specification 0.4, 3.8), in the node above them or in their own. */
static void take_timebase(const struct fdt_node *node) {
    u32 size;
    const u8 *p = fdt_property(node, "timebase-frequency", &size);
    if (p && (size == 4 || size == 8)) machine.timebase_frequency = fdt_cells(p, size / 4);
}

/* The letters of an ISA string stand between "rv64" and the first name of several letters; those names
 * begin with z, s or x, each with "_" before it. A version may follow ("2p0"). */
static bool isa_has(const char *isa, const char *extension) {
    if (strncmp(isa, "rv64", 4)) return false;
    const char *p = isa + 4;
    if (!extension[1]) {
        for (; *p && *p != '_' && *p != 'z' && *p != 's' && *p != 'x'; p++)
            if (*p == *extension || (*p == 'g' && strchr("imafd", *extension))) return true;
        return false;
    }
    size_t length = strlen(extension);
    for (; *p; p++)
        if (*p == '_' && strncmp(p + 1, extension, length) == 0 &&
            (p[length + 1] == '_' || p[length + 1] == 0 || (p[length + 1] >= '0' && p[length + 1] <= '9')))
            return true;
    return false;
}

bool hart_has(const struct hart *hart, const char *extension) {
    if (fdt_list_has(hart->extensions, hart->extensions_size, extension)) return true;
    return hart->isa && isa_has(hart->isa, extension);
}

/* Of GORISCV64=rva20u64, Go's least. The C that it lists as well the kernel itself could not run without. */
static const char *const needed[] = {"i", "m", "a", "f", "d"};

const char *lacking_extension(const struct hart *hart) {
    for (u32 i = 0; i < COUNT(needed); i++)
        if (!hart_has(hart, needed[i])) return needed[i];
    return NULL;
}

bool every_hart_has(const char *extension) {
    for (u32 i = 0; i < machine.hart_count; i++)
        if (!hart_has(&machine.harts[i], extension)) return false;
    return machine.hart_count > 0;
}

const struct hart *hart_with_id(u32 id) {
    for (u32 i = 0; i < machine.hart_count; i++)
        if (machine.harts[i].id == id) return &machine.harts[i];
    return NULL;
}

/* --- devices ------------------------------------------------------------------------------------------- */

static const char *const uarts[] = {"ns16550a", "ns16550", "snps,dw-apb-uart"};
static const char *const plics[] = {"riscv,plic0", "sifive,plic-1.0.0"};
static const char *const finishers[] = {"sifive,test0", "sifive,test1"};

static void take_uart(const struct fdt_node *node) {
    u32 shift = fdt_u32(node, "reg-shift", 0), width = fdt_u32(node, "reg-io-width", 1);
    if (shift > 3 || (width != 1 && width != 4) || width > 1u << shift) return;
    machine.uart.registers = registers_of(node, UART_REGISTERS << shift);
    machine.uart.shift = shift;
    machine.uart.width = width;
    machine.uart.interrupt = fdt_u32(node, "interrupts", 0);
}

static void take_plic(const struct fdt_node *node) {
    u32 size;
    pa_t start;
    if (!fdt_reg(node, 0, &start, &machine.plic.size)) return;
    machine.plic.registers = start;
    machine.plic.contexts = fdt_property(node, "interrupts-extended", &size);
    machine.plic.context_count = size / 8;
}

static void take_device(const struct fdt_node *node) {
    if (is_any_of(node, uarts, COUNT(uarts))) {
        if (!machine.uart.registers) take_uart(node);
    } else if (is_any_of(node, plics, COUNT(plics))) {
        if (!machine.plic.registers) take_plic(node);
    } else if (is_any_of(node, finishers, COUNT(finishers))) {
        machine.finisher = registers_of(node, SMALL_DEVICE);
    } else if (fdt_is_compatible(node, "google,goldfish-rtc")) {
        machine.rtc = registers_of(node, SMALL_DEVICE);
    } else if (fdt_is_compatible(node, "virtio,mmio") && machine.virtio_count < MAX_VIRTIO) {
        pa_t registers = registers_of(node, VIRTIO_SIZE);
        if (registers) machine.virtio[machine.virtio_count++] = registers;
    }
}

/* /chosen may say which UART is the console: a path or the name of one in /aliases, then perhaps ":115200". */
static void take_console(void) {
    struct fdt_node node;
    const char *path = fdt_find("/chosen", strlen("/chosen"), &node) ? fdt_string(&node, "stdout-path") : NULL;
    if (!path) return;
    const char *end = strchr(path, ':');
    size_t length = end ? (size_t)(end - path) : strlen(path);
    if (*path != '/') {
        char alias[32];
        if (length >= sizeof alias || !fdt_find("/aliases", strlen("/aliases"), &node)) return;
        memcpy(alias, path, length);
        alias[length] = 0;
        path = fdt_string(&node, alias);
        if (!path) return;
        length = strlen(path);
    }
    if (fdt_find(path, length, &node) && is_any_of(&node, uarts, COUNT(uarts))) take_uart(&node);
}

void machine_read(void) {
    take_console();
    struct fdt_node node = fdt_root();
    while (fdt_next(&node)) {
        if (node.depth <= 2) take_timebase(&node);
        if (!fdt_is_enabled(&node)) continue;
        if (is_hart(&node)) add_hart(&node);
        else take_device(&node);
    }
}
