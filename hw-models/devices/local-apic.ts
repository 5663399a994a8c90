/**
 * The local APIC: Intel SDM volume 3A (order 253668-080), chapter 10; x2APIC mode is section 10.12.
 *
 * One object is one CPU's APIC without its place: in memory each CPU finds its own at the same address, and in x2APIC
 * mode it is a set of model-specific registers (`msrs`).
 *
 * Differs: the base address cannot be moved; no CMCI, thermal and performance interrupts come; LINT0 and LINT1 are kept
 * but wired to nothing; SMIs are ignored.
 */
import { wordRegisters } from "./access.ts";
import { type ApicMessage, type ApicTarget, DeliveryMode, decodeCommand, isDestination } from "./apic-bus.ts";
import { type ApicTimer, apicTimer } from "./apic-timer.ts";
import type { Clock, Device } from "./device.ts";
import {
  Base,
  isReadableMsr,
  isWritableMsr,
  masked,
  modeBits,
  modeWritten,
  msr,
  offsetOfMsr,
  powerOn,
  Register,
} from "./local-apic-registers.ts";
import { loadState, saveState } from "./state.ts";
import { addVector, hasVector, highestVector, removeVector } from "./vector-set.ts";

/** Six local vectors up to the error's, version 14h: as QEMU's and most Intel CPUs before 2008. */
const version = 0x00050014;
const enabled = 0x100;
const illegalVector = { sent: 0x20, received: 0x40 } as const;

export type LocalApic = Device & {
  readonly target: ApicTarget;
  /** The vector that the CPU would take now, or -1. */
  vector(): number;
  acknowledge(vector: number): void;
  taskPriority(): number;
  setTaskPriority(value: number): void;
  readMsr(index: number): bigint | undefined;
  writeMsr(index: number, value: bigint): boolean;
  setDeadline(ticks: number): void;
};

export type LocalApicRequest = {
  id: number;
  clock: Clock;
  ticksPerSecond: number;
  send(message: ApicMessage): void;
  /** A level-triggered vector was ended: I/O APICs may have to send again. */
  ended(vector: number): void;
  /** What `vector()` answers may have changed. */
  changed(): void;
};

export function localApic({ id, clock, ticksPerSecond, send, ended, changed }: LocalApicRequest): LocalApic {
  const s = powerOn(id);
  const timer: ApicTimer = apicTimer(clock, ticksPerSecond, () => fire(s.vectors[0]!));

  const isX2apic = () => (s.base & Base.x2apic) !== 0;
  const isOn = () => (s.base & Base.enable) !== 0;
  const softwareEnabled = () => isOn() && (s.spurious & enabled) !== 0;

  /** Section 10.8.3.1. */
  function processorPriority(): number {
    const service = Math.max(highestVector(s.inService), 0) & 0xf0;
    return s.taskPriority >> 4 >= service >> 4 ? s.taskPriority : service;
  }

  function error(bit: number) {
    s.errors |= bit;
    const vector = s.vectors[5]!;
    if (!(vector & masked) && (vector & 0xff) >= 16) request(vector & 0xff, false);
  }

  function request(vector: number, level: boolean) {
    if (vector < 16) return error(illegalVector.received);
    addVector(s.requests, vector);
    if (level) addVector(s.triggerMode, vector);
    else removeVector(s.triggerMode, vector);
    changed();
  }

  function fire(local: number) {
    if (!(local & masked) && softwareEnabled()) request(local & 0xff, false);
  }

  function endOfInterrupt() {
    const vector = highestVector(s.inService);
    if (vector < 0) return;
    removeVector(s.inService, vector);
    if (hasVector(s.triggerMode, vector)) ended(vector);
    changed();
  }

  const logicalId = () => (isX2apic() ? ((id >> 4) << 16) | (1 << (id & 15)) : s.logicalDestination >>> 24);

  const target: ApicTarget = {
    id,
    accepts: (message) =>
      isOn() &&
      isDestination(message, { id, logicalId: logicalId(), x2apic: isX2apic(), format: s.destinationFormat }),
    priority: processorPriority,
    request(vector, level) {
      if (softwareEnabled()) request(vector, level);
    },
  };

  function command() {
    const message = decodeCommand(s.commandLow, s.commandHigh, isX2apic(), id);
    const vectored = message.mode === DeliveryMode.fixed || message.mode === DeliveryMode.lowestPriority;
    if (vectored && message.vector < 16) return error(illegalVector.sent);
    send(message);
  }

  function writeLocalVector(index: number, value: number) {
    // While the APIC is off by software, local vectors stay masked (10.4.7.2).
    const mask = softwareEnabled() ? 0 : masked;
    s.vectors[index] = (value & (index === 0 ? 0x700ff : 0x1a7ff)) | mask;
    if (index === 0) timer.setMode((value >> 17) & 3);
  }

  function writeSpurious(value: number) {
    s.spurious = value & 0x1ff;
    if (!(value & enabled)) for (let i = 0; i < 6; i++) s.vectors[i] = s.vectors[i]! | masked;
    changed();
  }

  const setTaskPriority = (value: number) => {
    s.taskPriority = value & 0xff;
    changed();
  };

  function read(offset: number): number {
    if (offset >= Register.inService && offset < Register.errorStatus) {
      const files = [s.inService, s.triggerMode, s.requests];
      return files[(offset - Register.inService) >> 7]![(offset >> 4) & 7]!;
    }
    if (offset >= Register.lvtTimer && offset <= Register.lvtError)
      return s.vectors[(offset - Register.lvtTimer) >> 4]!;
    switch (offset) {
      case Register.id:
        return isX2apic() ? id : id << 24;
      case Register.version:
        return version;
      case Register.taskPriority:
        return s.taskPriority;
      case Register.arbitrationPriority:
      case Register.processorPriority:
        return processorPriority();
      case Register.logicalDestination:
        return isX2apic() ? logicalId() : s.logicalDestination;
      case Register.destinationFormat:
        return s.destinationFormat;
      case Register.spurious:
        return s.spurious;
      case Register.errorStatus:
        return s.errorStatus;
      case Register.commandLow:
        return s.commandLow;
      case Register.commandHigh:
        return s.commandHigh;
      case Register.initialCount:
        return timer.initialCount();
      case Register.currentCount:
        return timer.currentCount();
      case Register.divide:
        return timer.divide();
      default:
        return 0;
    }
  }

  function write(offset: number, value: number) {
    if (offset >= Register.lvtTimer && offset <= Register.lvtError)
      return writeLocalVector((offset - Register.lvtTimer) >> 4, value);
    switch (offset) {
      case Register.taskPriority:
        return setTaskPriority(value);
      case Register.endOfInterrupt:
        return endOfInterrupt();
      case Register.logicalDestination:
        s.logicalDestination = (value & 0xff000000) >>> 0;
        return;
      case Register.destinationFormat:
        s.destinationFormat = (value | 0x0fffffff) >>> 0;
        return;
      case Register.spurious:
        return writeSpurious(value);
      case Register.errorStatus:
        // A write shows the errors since the last one (10.5.3).
        s.errorStatus = s.errors;
        s.errors = 0;
        return;
      case Register.commandLow:
        // The delivery status, bit 12, is always "idle": messages arrive at once.
        s.commandLow = (value & 0xcefff) >>> 0;
        return command();
      case Register.commandHigh:
        s.commandHigh = value;
        return;
      case Register.initialCount:
        return timer.setInitialCount(value);
      case Register.divide:
        return timer.setDivide(value);
    }
  }

  function writeBase(value: bigint): boolean {
    const next = modeWritten(value, s.base);
    if (next === undefined) return false;
    if (next === 0 && s.base & modeBits) reset();
    s.base = ((s.base & ~modeBits) | next) >>> 0;
    changed();
    return true;
  }

  function writeX2apic(offset: number, value: bigint): boolean {
    if (offset === Register.commandLow) {
      s.commandHigh = Number(value >> 32n);
      write(offset, Number(value & 0xffffffffn));
      return true;
    }
    if (value >> 32n !== 0n) return false;
    const low = Number(value);
    if (offset === Register.selfInterrupt) request(low & 0xff, false);
    else if (offset === Register.endOfInterrupt || offset === Register.errorStatus) {
      if (low !== 0) return false;
      write(offset, 0);
    } else if (isWritableMsr(offset)) write(offset, low);
    else return false;
    return true;
  }

  function reset() {
    const kept = s.base;
    Object.assign(s, powerOn(id), { base: kept });
    timer.reset();
    changed();
  }

  return {
    name: `local-apic-${id}`,
    ...wordRegisters(
      0x1000,
      (offset) => (isOn() && !isX2apic() ? (offset & 15 ? 0 : read(offset)) : 0xffffffff),
      (offset, value) => {
        if (isOn() && !isX2apic() && !(offset & 15)) write(offset, value);
      },
    ),
    target,
    vector() {
      const vector = highestVector(s.requests);
      if (vector < 0 || !softwareEnabled()) return -1;
      return vector >> 4 > processorPriority() >> 4 ? vector : -1;
    },
    acknowledge(vector) {
      if (vector < 0 || vector > 255) return;
      removeVector(s.requests, vector);
      addVector(s.inService, vector);
    },
    taskPriority: () => s.taskPriority,
    setTaskPriority,
    setDeadline: timer.setDeadline,
    readMsr(index) {
      if (index === msr.base) return BigInt(s.base >>> 0);
      if (index === msr.deadline) return BigInt(timer.deadline());
      const offset = offsetOfMsr(index);
      if (!isX2apic() || offset === undefined || !isReadableMsr(offset)) return undefined;
      const high = offset === Register.commandLow ? BigInt(s.commandHigh) << 32n : 0n;
      return high | BigInt(read(offset) >>> 0);
    },
    writeMsr(index, value) {
      if (index === msr.base) return writeBase(value);
      if (index === msr.deadline) {
        timer.setDeadline(Number(value));
        return true;
      }
      const offset = offsetOfMsr(index);
      return isX2apic() && offset !== undefined && writeX2apic(offset, value);
    },
    reset() {
      s.base = powerOn(id).base;
      reset();
    },
    save: () => ({ registers: saveState(s), timer: timer.save() }),
    load(saved) {
      const { registers, timer: times } = saved as { registers: typeof saved; timer: typeof saved };
      loadState(s, registers);
      timer.load(times);
    },
  };
}
