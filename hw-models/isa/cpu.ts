/**
 * A CPU as customs, traps and page walkers see it. The engine implements it; tests may, too.
 *
 * State is little-endian memory. `u32`, `f64` and the like are at byte offsets from the state's start, as in `Cell`.
 */
export type Cpu = {
  readonly index: number;
  /** The state; `getBigUint64(offset, true)` and so on. Replaced when memory grows: never keep it. */
  readonly state: DataView;
  /**
   * The address of the instruction that is executing; the pc cell already names the next one. Between instructions
   * (`takeInterrupt`) and when the fetch itself faults, both are the address of what would have executed.
   */
  readonly instructionPc: bigint;
  /** Instructions that this CPU has finished, the present one not counted. Exact. One that traps counts. */
  readonly instructions: number;
  /** Virtual time in nanoseconds, at this instruction. */
  readonly timeNs: number;
  /** A flag or condition of the present state, out of the lazy flags. */
  flag(name: string): number;

  /** Guest-physical memory and devices; little-endian; 8 bytes as bigint. Outside of everything: `undefined`. */
  readPhysical(address: number, size: 1 | 2 | 4): number | undefined;
  writePhysical(address: number, size: 1 | 2 | 4, value: number): boolean;
  /** Fast, RAM only, aligned: page-table walks. `undefined` outside of RAM. Marks the page as written. */
  readEntry(address: number): bigint | undefined;
  writeEntry(address: number, value: bigint): void;
  /** Halves of an entry, for walkers that avoid bigint. -1 in `ramOffset` means outside. */
  ramOffset(address: number): number;
  readonly ram: DataView;

  /**
   * Virtual memory with the translation of the present mode; a fault enters the trap and ends the custom by throwing
   * the engine's private signal, which nobody else may catch.
   */
  readVirtual(address: bigint, bytes: number): Uint8Array;
  writeVirtual(address: bigint, bytes: Uint8Array): void;
  /** Faults now if `bytes` at `address` cannot all be written; nothing is changed. */
  probeWrite(address: bigint, bytes: number): void;

  /** Raises an exception at the executing instruction; does not return (as above). */
  trap(cause: number, value?: bigint): never;
  /** Waits until `Isa.wakes`. */
  wait(): void;
  /** Looks for interrupts once more after the next instruction (amd64: STI, MOV SS). */
  lookAgain(): void;
  /** Forgets translations: all, or of one page. Also of what was fetched. */
  flushTlb(): void;
  flushTlbPage(address: bigint): void;
  /**
   * Says that `Isa.decodeMode` or interrupt enabling may have changed: the engine looks again before it goes on. From
   * outside of a run it also ends the CPU's waiting: it was restarted.
   */
  modeChanged(): void;

  /** The machine's side: interrupt lines (bit numbers of the ISA's own pending register), SBI, ports. */
  readonly platform: CpuPlatform;
};

/** What the machine gives each CPU. A machine without ports answers as an empty bus does: all ones. */
export type CpuPlatform = {
  /** Pending interrupt bits that devices drive (riscv64: mip's MEIP, SEIP, MTIP, MSIP, ...). */
  pending(): number;
  /** amd64: the highest pending vector above the task priority, or -1; `acknowledge` moves it into service. */
  interruptVector(): number;
  acknowledge(vector: number): void;
  readPort(port: number, size: 1 | 2 | 4): number;
  writePort(port: number, size: 1 | 2 | 4, value: number): void;
  /** riscv64: an ECALL from S-mode goes to the machine's SBI. False: there is none, trap to M-mode. */
  supervisorCall(cpu: Cpu): boolean;
  /** The timer that Sstc's stimecmp or IA32_TSC_DEADLINE sets; undefined: none. In ticks of the machine's counter. */
  setDeadline(ticks: bigint | undefined): void;
  /** The counter behind `time` and the TSC. */
  ticks(): bigint;
  /** A CPU cannot go on (amd64: triple fault, or what the model lacks): the machine stops. A sentence's middle. */
  shutdown(reason: string): void;
  /** amd64: CR8, the upper half of the local APIC's task priority. */
  taskPriority(): number;
  setTaskPriority(priority: number): void;
  /** Model-specific registers that belong to the platform (APIC base, x2APIC); undefined: no such register. */
  readMsr(index: number): bigint | undefined;
  writeMsr(index: number, value: bigint): boolean;
  /** A program's call of its kernel, and its return: for the trace. Called only if somebody listens. */
  onCall?: ((cpu: Cpu) => void) | undefined;
  onReturn?: ((cpu: Cpu) => void) | undefined;
};
