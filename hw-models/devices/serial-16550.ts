/**
 * The 16550 UART: National Semiconductor PC16550D datasheet (June 1995), section 8 (registers; FIFO: 8.4 to 8.6).
 *
 * Differs: transmission takes no time, so the transmitter is always empty. The receiver is fed as fast as the guest
 * reads, never faster: the other end waits while the FIFO is full, so nothing is overrun. No parity or framing errors
 * and no break happen on this line. OUT2 does not gate the interrupt (it is wiring of the PC, not of the chip).
 */
import { byteRegisters } from "./access.ts";
import type { Clock, Device, Line } from "./device.ts";
import { alarm, loadState, saveState } from "./state.ts";

export type Serial16550 = Device & {
  /** Bytes that come over the line. */
  receive(bytes: Uint8Array): void;
  /** One received byte, past the registers, or -1: for firmware that reads the console itself. */
  takeReceived(): number;
};

export type SerialRequest = {
  name: string;
  line: Line;
  clock: Clock;
  /** Crystal frequency; the PC's by default. The baud rate is a sixteenth of it, divided by the divisor latch. */
  clockHz?: number;
  transmit(byte: number): void;
};

const Register = {
  data: 0,
  interrupts: 1,
  identification: 2,
  lineControl: 3,
  modemControl: 4,
  lineStatus: 5,
  modemStatus: 6,
} as const;

const receivedAvailable = 0x01;
const transmitterEmpty = 0x02;
const modemStatusChanged = 0x08;
const divisorLatchAccess = 0x80;
const loopback = 0x10;
const dataReady = 0x01;
const holdingAndShiftEmpty = 0x60;
const fifoSize = 16;
const triggerLevels = [1, 4, 8, 14];
/** CTS, DSR and carrier are there; nobody rings. */
const connected = 0xb0;
/** What IIR says, highest priority first (table IV of the datasheet). */
const because = { trigger: 0x04, silence: 0x0c, transmitter: 0x02, modem: 0x00, nothing: 0x01 } as const;

const powerOn = () => ({
  interrupts: 0,
  lineControl: 0,
  modemControl: 0,
  modemChanges: 0,
  scratch: 0,
  divisor: 12,
  fifoControl: 0,
  transmitterInterrupt: false,
  silent: false,
  silenceAt: -1,
  fifo: [] as number[],
});

export function serial16550({ name, line, clock, clockHz = 1843200, transmit }: SerialRequest): Serial16550 {
  const s = powerOn();
  /** What the other end has still to send; the first `sent` bytes of its first chunk are through. */
  let backlog: Uint8Array[] = [];
  let sent = 0;
  const silence = alarm(clock, s, "silenceAt", () => {
    s.silent = true;
    update();
  });

  const fifoIsOn = () => (s.fifoControl & 1) !== 0;
  const room = () => (fifoIsOn() ? fifoSize : 1);
  const looped = () => (s.modemControl & loopback) !== 0;
  const trigger = () => (fifoIsOn() ? triggerLevels[s.fifoControl >> 6]! : 1);

  /** Four characters without arrivals or reads make a few bytes below the trigger level interrupt (8.6.1). */
  function silenceNs(): number {
    const control = s.lineControl;
    const bits = 1 + 5 + (control & 3) + (control & 8 ? 1 : 0) + (control & 4 ? 2 : 1);
    return Math.ceil((4 * bits * 16 * Math.max(s.divisor, 1) * 1e9) / clockHz);
  }

  function watchSilence() {
    s.silent = false;
    if (fifoIsOn() && s.fifo.length > 0 && s.fifo.length < trigger()) silence.set(clock.now() + silenceNs());
    else if (s.silenceAt >= 0) silence.stop();
  }

  function identification(): number {
    if (s.interrupts & receivedAvailable && s.fifo.length >= trigger()) return because.trigger;
    if (s.interrupts & receivedAvailable && s.silent) return because.silence;
    if (s.interrupts & transmitterEmpty && s.transmitterInterrupt) return because.transmitter;
    if (s.interrupts & modemStatusChanged && s.modemChanges !== 0) return because.modem;
    return because.nothing;
  }
  const update = () => line.set(identification() !== because.nothing);

  function nextOfBacklog(): number {
    const chunk = backlog[0];
    if (chunk === undefined) return -1;
    const byte = chunk[sent++]!;
    if (sent === chunk.length) {
      backlog.shift();
      sent = 0;
    }
    return byte;
  }

  function fill() {
    while (!looped() && s.fifo.length < room() && backlog.length > 0) s.fifo.push(nextOfBacklog());
    watchSilence();
    update();
  }

  function readData(): number {
    const byte = s.fifo.shift() ?? 0;
    fill();
    return byte;
  }

  function writeData(byte: number) {
    if (!looped()) transmit(byte);
    else if (s.fifo.length < room()) s.fifo.push(byte);
    watchSilence();
    s.transmitterInterrupt = true;
    update();
  }

  function writeInterrupts(value: number) {
    if (value & transmitterEmpty && !(s.interrupts & transmitterEmpty)) s.transmitterInterrupt = true;
    s.interrupts = value & 0x0f;
    update();
  }

  function writeFifoControl(value: number) {
    // Bit 1, or switching it on or off, clears the receiver; the transmitter is empty anyway.
    if (value & 2 || (value & 1) !== (s.fifoControl & 1)) s.fifo = [];
    s.fifoControl = value & 0xc9;
    fill();
  }

  function modemLines(): number {
    if (!looped()) return connected;
    // DTR -> DSR, RTS -> CTS, OUT1 -> RI, OUT2 -> DCD (8.5)
    const out = s.modemControl;
    return ((out & 2) << 3) | ((out & 1) << 5) | ((out & 4) << 4) | ((out & 8) << 4);
  }

  function writeModemControl(value: number) {
    const before = modemLines();
    s.modemControl = value & 0x1f;
    const after = modemLines();
    // The ring indicator counts only when it goes off.
    s.modemChanges |= (((before ^ after) & 0xb0) | (before & ~after & 0x40)) >> 4;
    fill();
  }

  function readIdentification(): number {
    const value = identification();
    if (value === because.transmitter) s.transmitterInterrupt = false;
    update();
    return value | (fifoIsOn() ? 0xc0 : 0);
  }

  function readModemStatus(): number {
    const value = modemLines() | s.modemChanges;
    s.modemChanges = 0;
    update();
    return value;
  }

  const latched = () => (s.lineControl & divisorLatchAccess) !== 0;

  function read(offset: number): number {
    switch (offset) {
      case Register.data:
        return latched() ? s.divisor & 0xff : readData();
      case Register.interrupts:
        return latched() ? s.divisor >> 8 : s.interrupts;
      case Register.identification:
        return readIdentification();
      case Register.lineControl:
        return s.lineControl;
      case Register.modemControl:
        return s.modemControl;
      case Register.lineStatus:
        return holdingAndShiftEmpty | (s.fifo.length > 0 ? dataReady : 0);
      case Register.modemStatus:
        return readModemStatus();
      default:
        return s.scratch;
    }
  }

  function write(offset: number, value: number) {
    if (latched() && offset <= Register.interrupts) {
      const low = offset === Register.data;
      s.divisor = low ? (s.divisor & 0xff00) | value : (s.divisor & 0xff) | (value << 8);
    } else if (offset === Register.data) writeData(value);
    else if (offset === Register.interrupts) writeInterrupts(value);
    else if (offset === Register.identification) writeFifoControl(value);
    else if (offset === Register.lineControl) s.lineControl = value;
    else if (offset === Register.modemControl) writeModemControl(value);
    else if (offset > Register.modemStatus) s.scratch = value;
  }

  return {
    name,
    ...byteRegisters(8, read, write),
    receive(bytes) {
      if (bytes.length === 0) return;
      backlog.push(bytes.slice());
      fill();
    },
    takeReceived: () => (s.fifo.length > 0 ? readData() : nextOfBacklog()),
    reset() {
      Object.assign(s, powerOn());
      fill();
    },
    save() {
      const waiting = backlog.flatMap((chunk, index) =>
        Array.from(index === 0 ? chunk.subarray(sent) : chunk),
      );
      return { registers: saveState(s), waiting };
    },
    load(saved) {
      const { registers, waiting } = saved as { registers: typeof saved; waiting: number[] };
      loadState(s, registers);
      backlog = waiting.length > 0 ? [Uint8Array.from(waiting)] : [];
      sent = 0;
      silence.again();
    },
  };
}
