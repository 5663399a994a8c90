/**
 * The firmware below a RISC-V kernel, in the machine itself: RISC-V Supervisor Binary Interface specification 2.0 (the
 * numbers are its chapters). It takes no guest instructions and no guest memory.
 */
import type { Dma } from "../devices/device.ts";
import type { EndMachine } from "../devices/ending.ts";

/** What the firmware does its work with. */
export type SbiHost = {
  readonly harts: number;
  /** Register x`number` of a hart. */
  x(hart: number, number: number): bigint;
  setX(hart: number, number: number, value: bigint): void;
  /** undefined: never. */
  setTimer(hart: number, ticks: bigint | undefined): void;
  setSoftwareInterrupt(hart: number, level: boolean): void;
  /** Forgets translations and what was fetched. */
  flush(hart: number): void;
  isStarted(hart: number): boolean;
  start(hart: number, address: bigint, argument: bigint): void;
  stop(hart: number): void;
  /** Waits for an interrupt. */
  suspend(hart: number): void;
  readonly memory: Dma;
  putConsole(byte: number): void;
  /** -1: nothing there. */
  getConsole(): number;
  end: EndMachine;
};

const SbiError = {
  success: 0n,
  failed: -1n,
  notSupported: -2n,
  invalidParameter: -3n,
  invalidAddress: -5n,
  alreadyAvailable: -6n,
} as const;
type Result = { error: bigint; value?: bigint };
const done = (value = 0n): Result => ({ error: SbiError.success, value });
const refused = (error: bigint): Result => ({ error });

const version = (2n << 24n) | 0n;
/** Not one of the implementations that the specification lists (4.10). */
const implementation = 0xcan;
const allHarts = 0xffff_ffff_ffff_ffffn;
const started = 0n;
const stopped = 1n;
const dbcnMost = 1n << 20n;
const [a0, a1, a2, a6, a7] = [10, 11, 12, 16, 17] as const;

type Call = { hart: number; function: bigint; args: readonly [bigint, bigint, bigint] };

export function sbi(host: SbiHost): (hart: number) => boolean {
  const maskOf = (hart: number) => 1n << BigInt(hart);

  /** Harts of a mask and its base (chapter 3, hart list parameter). */
  function chosen(mask: bigint, base: bigint): number[] | undefined {
    const all = Array.from({ length: host.harts }, (_, hart) => hart);
    if (base === allHarts) return all;
    const wanted = BigInt.asUintN(64, mask);
    if (wanted !== 0n && base >= BigInt(host.harts)) return undefined;
    const shifted = wanted << base;
    if (shifted >> BigInt(host.harts) !== 0n) return undefined;
    return all.filter((hart) => shifted & maskOf(hart));
  }

  function forEach([mask, base]: readonly [bigint, bigint, bigint], what: (hart: number) => void): Result {
    const harts = chosen(mask, base);
    if (harts === undefined) return refused(SbiError.invalidParameter);
    for (const hart of harts) if (host.isStarted(hart)) what(hart);
    return done();
  }

  // 4: what there is
  function base({ function: f, args }: Call): Result {
    switch (f) {
      case 0n:
        return done(version);
      case 1n:
        return done(implementation);
      case 2n:
        return done(1n);
      case 3n:
        return done(extensions.has(args[0]) || (args[0] <= 8n && args[0] !== 4n) ? 1n : 0n);
      // mvendorid, marchid, mimpid: none
      case 4n:
      case 5n:
      case 6n:
        return done(0n);
      default:
        return refused(SbiError.notSupported);
    }
  }

  // 6
  function time({ hart, function: f, args }: Call): Result {
    if (f !== 0n) return refused(SbiError.notSupported);
    host.setTimer(hart, args[0] === allHarts ? undefined : args[0]);
    return done();
  }

  // 7
  function interrupts({ function: f, args }: Call): Result {
    if (f !== 0n) return refused(SbiError.notSupported);
    return forEach(args, (hart) => host.setSoftwareInterrupt(hart, true));
  }

  // 8: FENCE.I, SFENCE.VMA, the same with an address space; the hypervisor's are not there
  function fences({ function: f, args }: Call): Result {
    if (f > 2n) return refused(SbiError.notSupported);
    return forEach(args, host.flush);
  }

  // 9
  function harts({ hart, function: f, args }: Call): Result {
    const target = Number(args[0]);
    switch (f) {
      case 0n:
        if (args[0] >= BigInt(host.harts)) return refused(SbiError.invalidParameter);
        if (host.isStarted(target)) return refused(SbiError.alreadyAvailable);
        if (args[1] >> 56n !== 0n || host.memory.read(Number(args[1]), 2) === undefined)
          return refused(SbiError.invalidAddress);
        host.start(target, args[1], args[2]);
        return done();
      case 1n:
        host.stop(hart);
        return done();
      case 2n:
        if (args[0] >= BigInt(host.harts)) return refused(SbiError.invalidParameter);
        return done(host.isStarted(target) ? started : stopped);
      case 3n:
        // Only the default retentive state: as WFI.
        if (BigInt.asUintN(32, args[0]) !== 0n) return refused(SbiError.notSupported);
        host.suspend(hart);
        return done();
      default:
        return refused(SbiError.notSupported);
    }
  }

  // 10: type 0 is off, 1 and 2 are cold and warm reboot; reason 1 is a failure
  function reset({ function: f, args }: Call): Result {
    if (f !== 0n) return refused(SbiError.notSupported);
    const [type, reason] = [BigInt.asUintN(32, args[0]), BigInt.asUintN(32, args[1])];
    if (type > 2n || reason > 1n) return refused(SbiError.invalidParameter);
    host.end(type === 0n ? { how: "power-off", failed: reason === 1n } : { how: "reset" });
    return done();
  }

  // 12: the debug console, with physical addresses
  function console({ function: f, args: [count, low, high] }: Call): Result {
    if (f === 2n) {
      host.putConsole(Number(count & 0xffn));
      return done();
    }
    if (f > 2n) return refused(SbiError.notSupported);
    const size = Number(count < dbcnMost ? count : dbcnMost);
    const address = Number(low);
    const bytes = high === 0n && low >> 53n === 0n ? host.memory.read(address, size) : undefined;
    if (bytes === undefined) return refused(SbiError.invalidParameter);
    if (f === 0n) {
      for (const byte of bytes) host.putConsole(byte);
      return done(BigInt(size));
    }
    const received: number[] = [];
    for (let byte = 0; received.length < size; received.push(byte)) {
      byte = host.getConsole();
      if (byte < 0) break;
    }
    host.memory.write(address, Uint8Array.from(received));
    return done(BigInt(received.length));
  }

  const extensions = new Map<bigint, (call: Call) => Result>([
    [0x10n, base],
    [0x54494d45n, time],
    [0x735049n, interrupts],
    [0x52464e43n, fences],
    [0x48534dn, harts],
    [0x53525354n, reset],
    [0x4442434en, console],
  ]);

  // 5: the legacy extensions answer in a0 alone. Masks of harts stood in memory, at virtual addresses that only M-mode
  // reads easily; every hart is meant instead, which is allowed to be more than was asked for.
  function legacy(extension: bigint, hart: number): bigint {
    switch (extension) {
      case 0n:
        host.setTimer(hart, host.x(hart, a0));
        return 0n;
      case 1n:
        host.putConsole(Number(host.x(hart, a0) & 0xffn));
        return 0n;
      case 2n:
        return BigInt(host.getConsole());
      case 3n:
        host.setSoftwareInterrupt(hart, false);
        return 0n;
      case 5n:
      case 6n:
      case 7n:
        for (let other = 0; other < host.harts; other++) host.flush(other);
        return 0n;
      case 8n:
        host.end({ how: "power-off", failed: false });
        return 0n;
      default:
        return SbiError.notSupported;
    }
  }

  return (hart) => {
    const extension = BigInt.asUintN(32, host.x(hart, a7));
    if (extension <= 8n) {
      host.setX(hart, a0, legacy(extension, hart));
      return true;
    }
    const args = [host.x(hart, a0), host.x(hart, a1), host.x(hart, a2)] as const;
    const call = { hart, function: BigInt.asUintN(32, host.x(hart, a6)), args };
    const { error, value } = extensions.get(extension)?.(call) ?? refused(SbiError.notSupported);
    host.setX(hart, a0, error);
    host.setX(hart, a1, value ?? 0n);
    return true;
  };
}
