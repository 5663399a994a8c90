/* A UART like the 16550 (National Semiconductor PC16550D, section 8), where the device tree has it; else the
 * firmware's console, which has no input that interrupts.
 *
 * The firmware has set the speed, and may print itself. Output is polled: the FIFO takes 16 bytes whenever
 * the transmitter is empty. A port whose other end has stopped must not hang the kernel for ever, so waits are
 * bounded: generously, since the other end may be a program on a busy host, and what it misses is lost.
 *
 * Our first byte is a NUL, which no terminal shows: it tells readers where the firmware's words on the same
 * line end (generator/run/after-firmware.ts). */
#include "serial.h"
#include "../../virtio/virtio.h"
#include "arch.h"
#include "cpu.h"
#include "insn.h"
#include "machine.h"
#include "physmap.h"
#include "platform/sbi.h"

#define FIFO_SIZE 16

enum uart {
    UART_DATA = 0,
    UART_INTERRUPTS = 1,
    UART_FIFO = 2,
    UART_LINE = 3,
    UART_MODEM = 4,
    UART_LINE_STATUS = 5,
};
#define LINE_8N1 0x03
#define FIFO_ENABLE 0x01 /* and not cleared: what is in it stays */
#define MODEM_DTR_RTS_OUT2 0x0b
#define INTERRUPT_RECEIVED 0x01
#define STATUS_RECEIVED 0x01
#define STATUS_FIFO_EMPTY 0x20
#define STATUS_IDLE 0x40

static u8 *uart; /* NULL: none, or not yet */
static bool begun;

static u8 read(enum uart r) {
    u8 *at = uart + ((u64)r << machine.uart.shift);
    return machine.uart.width == 4 ? (u8)mmio_read32(at) : mmio_read8(at);
}

static void write(enum uart r, u8 v) {
    u8 *at = uart + ((u64)r << machine.uart.shift);
    if (machine.uart.width == 4) mmio_write32(at, v);
    else mmio_write8(at, v);
}

/* At 115200 baud a full FIFO takes 1.4 ms; a register read takes at least some 10 ns. Whoever has let the long
 * wait pass has stopped: from then on only the short one, until it takes something again. */
#define READS_UNTIL_STOPPED 100000000u
#define READS_WHEN_STOPPED 1000000u

static void wait_for(u8 status) {
    static bool stopped;
    for (u32 i = stopped ? READS_WHEN_STOPPED : READS_UNTIL_STOPPED; i; i--) {
        if (read(UART_LINE_STATUS) & status) {
            stopped = false;
            return;
        }
        arch_pause();
    }
    stopped = true;
}

static void console_put(const char *text, size_t len) {
    if (!uart) {
        sbi_console_write(text, len);
        return;
    }
    for (size_t i = 0; i < len; i++) {
        if (i % FIFO_SIZE == 0) wait_for(STATUS_FIFO_EMPTY);
        write(UART_DATA, (u8)text[i]);
    }
}

static void begin(void) {
    if (begun) return;
    begun = true;
    console_put("", 1);
}

void serial_init(void) {
    if (!machine.uart.registers) {
        begin();
        return;
    }
    uart = map_device(machine.uart.registers, (u64)(UART_LINE_STATUS + 1) << machine.uart.shift);
    write(UART_INTERRUPTS, 0);
    write(UART_LINE, LINE_8N1);
    write(UART_FIFO, FIFO_ENABLE);
    write(UART_MODEM, MODEM_DTR_RTS_OUT2);
    begin();
}

void arch_console_write(const char *text, size_t len) {
    begin();
    console_put(text, len);
}

bool arch_record_port(void) { return virtio_console_is_open(); }

void arch_record_write(const char *text, size_t len) { virtio_console_write(text, len); }

void serial_drain(void) {
    if (uart) wait_for(STATUS_IDLE);
    virtio_console_drain();
}

bool serial_interrupts_on(void) {
    if (uart) write(UART_INTERRUPTS, INTERRUPT_RECEIVED);
    return uart;
}

void serial_interrupt(void) {
    while (read(UART_LINE_STATUS) & STATUS_RECEIVED) console_input(read(UART_DATA));
}
