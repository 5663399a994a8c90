/**
 * Messages between APICs: who sends what to whom. Intel SDM volume 3A, sections 10.6 (interprocessor interrupts) and
 * 10.6.2 (destinations), 10.12.10 (x2APIC's logical destinations). Messages arrive at once.
 */
export const DeliveryMode = {
  fixed: 0,
  lowestPriority: 1,
  smi: 2,
  nmi: 4,
  init: 5,
  startUp: 6,
  external: 7,
} as const;

export type ApicMessage = {
  readonly vector: number;
  readonly mode: number;
  /** The vector is level-triggered: its end is told to the I/O APICs. */
  readonly level: boolean;
  /** Of INIT: the one that only synchronised arbitration once (10.6.1). */
  readonly deasserts?: boolean;
  /** Who: one of the shorthands, or a destination. */
  readonly to: "destination" | "self" | "all" | "others";
  readonly from: number;
  readonly logical: boolean;
  readonly destination: number;
  readonly broadcast: boolean;
};

/** A local APIC as the bus sees it. */
export type ApicTarget = {
  readonly id: number;
  accepts(message: ApicMessage): boolean;
  /** For the lowest-priority mode. */
  priority(): number;
  request(vector: number, level: boolean): void;
};

/** What happens to CPUs themselves. */
export type CpuEvents = {
  nmi(cpu: number): void;
  init(cpu: number): void;
  startUp(cpu: number, vector: number): void;
};

const shorthands = ["destination", "self", "all", "others"] as const;

/** The interrupt command register (figure 10-12; figure 10-28 for x2APIC). */
export function decodeCommand(low: number, high: number, x2apic: boolean, from: number): ApicMessage {
  const destination = x2apic ? high >>> 0 : high >>> 24;
  return {
    vector: low & 0xff,
    mode: (low >> 8) & 7,
    logical: (low & 0x800) !== 0,
    level: false,
    deasserts: (low & 0x8000) !== 0 && (low & 0x4000) === 0,
    to: shorthands[(low >> 18) & 3]!,
    from,
    destination,
    broadcast: destination === (x2apic ? 0xffffffff : 0xff),
  };
}

type Identity = { id: number; logicalId: number; x2apic: boolean; format: number };

export function isDestination(message: ApicMessage, { id, logicalId, x2apic, format }: Identity): boolean {
  if (message.to === "self") return message.from === id;
  if (message.to === "all") return true;
  if (message.to === "others") return message.from !== id;
  if (message.broadcast) return true;
  const { destination } = message;
  if (!message.logical) return destination === id;
  if (x2apic) return destination >>> 16 === logicalId >>> 16 && (destination & logicalId & 0xffff) !== 0;
  // Flat model: a bit for each. Cluster model: a number above, bits below (10.6.2.2).
  if (format >>> 28 === 0xf) return (destination & logicalId) !== 0;
  return destination >> 4 === logicalId >> 4 && (destination & logicalId & 0xf) !== 0;
}

export type ApicBus = { send(message: ApicMessage): void };

export function apicBus(targets: readonly ApicTarget[], cpus: CpuEvents): ApicBus {
  return {
    send(message) {
      const reached = targets.filter((target) => target.accepts(message));
      switch (message.mode) {
        case DeliveryMode.fixed:
          for (const target of reached) target.request(message.vector, message.level);
          return;
        case DeliveryMode.lowestPriority: {
          // Among equals the first: deterministic.
          const chosen = reached.toSorted((a, b) => a.priority() - b.priority() || a.id - b.id)[0];
          chosen?.request(message.vector, message.level);
          return;
        }
        case DeliveryMode.nmi:
          for (const { id } of reached) cpus.nmi(id);
          return;
        case DeliveryMode.init:
          if (!message.deasserts) for (const { id } of reached) cpus.init(id);
          return;
        case DeliveryMode.startUp:
          for (const { id } of reached) cpus.startUp(id, message.vector);
      }
    },
  };
}
