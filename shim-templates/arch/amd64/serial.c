/* 16550 UARTs on the PC's two standard addresses (National Semiconductor PC16550D, section 8).
 *
 * Output is polled: the FIFO takes 16 bytes whenever the transmitter is empty. Input interrupts.
 * A port that is not there, or whose other end has stopped, must not hang the kernel for ever, so
 * waits are bounded: generously, since the other end may be a program on a busy host, and what it
 * misses is lost. */
#include "serial.h"
#include "arch.h"
#include "cpu.h"
#include "insn.h"

#define COM1 0x3f8
#define COM2 0x2f8
#define FIFO_SIZE 16

enum uart {
    UART_DATA = 0,          /* with DLAB: divisor, low byte */
    UART_INTERRUPTS = 1,    /* with DLAB: divisor, high byte */
    UART_FIFO = 2,
    UART_LINE = 3,
    UART_MODEM = 4,
    UART_LINE_STATUS = 5,
    UART_SCRATCH = 7,
};
#define LINE_8N1 0x03
#define LINE_DLAB 0x80
#define FIFO_ENABLE_AND_CLEAR 0x87 /* interrupts at 8 received bytes, or when the line is silent */
#define MODEM_DTR_RTS_OUT2 0x0b /* OUT2 connects the interrupt line */
#define MODEM_LOOPBACK 0x10
#define INTERRUPT_RECEIVED 0x01
#define STATUS_RECEIVED 0x01
#define STATUS_FIFO_EMPTY 0x20
#define STATUS_IDLE 0x40

static bool have_com1, have_com2;
static i32 early_input = -1; /* what COM1 received before us: switching its FIFO on forgets it */

static bool probe(u16 port) {
    outb(port + UART_SCRATCH, 0x5a);
    if (inb(port + UART_SCRATCH) != 0x5a) return false;
    outb(port + UART_SCRATCH, 0xa5);
    if (inb(port + UART_SCRATCH) != 0xa5) return false;

    outb(port + UART_INTERRUPTS, 0);
    outb(port + UART_LINE, LINE_DLAB);
    outb(port + UART_DATA, 1); // divisor 1: 115200 baud
    outb(port + UART_INTERRUPTS, 0);
    outb(port + UART_LINE, LINE_8N1);
    // Looped back, it receives nothing new between the read and the switch (QEMU: it asks for
    // nothing).
    outb(port + UART_MODEM, MODEM_LOOPBACK);
    bool received = inb(port + UART_LINE_STATUS) & STATUS_RECEIVED;
    if (port == COM1 && received) early_input = inb(port + UART_DATA);
    outb(port + UART_FIFO, FIFO_ENABLE_AND_CLEAR);
    outb(port + UART_MODEM, MODEM_DTR_RTS_OUT2);
    return true;
}

void serial_init(void) {
    have_com1 = probe(COM1);
    have_com2 = probe(COM2);
}

/* At 115200 baud a full FIFO takes 1.4 ms; a port read takes at least 0.1 us. Whoever has let the long
 * wait pass has stopped: from then on only the short one, until it takes something again. */
#define READS_UNTIL_STOPPED 100000000u
#define READS_WHEN_STOPPED 1000000u

static void wait_for(u16 port, u8 status) {
    static bool com1_stopped, com2_stopped;
    bool *stopped = port == COM1 ? &com1_stopped : &com2_stopped;
    for (u32 i = *stopped ? READS_WHEN_STOPPED : READS_UNTIL_STOPPED; i; i--) {
        if (inb(port + UART_LINE_STATUS) & status) {
            *stopped = false;
            return;
        }
        arch_pause();
    }
    *stopped = true;
}

static void write_port(u16 port, const char *text, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (i % FIFO_SIZE == 0) wait_for(port, STATUS_FIFO_EMPTY);
        outb(port + UART_DATA, text[i]);
    }
}

void arch_console_write(const char *text, size_t len) {
    if (have_com1) write_port(COM1, text, len);
}

bool arch_record_port(void) { return have_com2; }

void arch_record_write(const char *text, size_t len) {
    if (have_com2) write_port(COM2, text, len);
}

void serial_drain(void) {
    if (have_com1) wait_for(COM1, STATUS_IDLE);
    if (have_com2) wait_for(COM2, STATUS_IDLE);
}

bool serial_interrupts_on(void) {
    if (early_input >= 0) console_input((u8)early_input);
    early_input = -1;
    if (have_com1) outb(COM1 + UART_INTERRUPTS, INTERRUPT_RECEIVED);
    return have_com1;
}

void serial_interrupt(void) {
    while (inb(COM1 + UART_LINE_STATUS) & STATUS_RECEIVED) console_input(inb(COM1 + UART_DATA));
}
