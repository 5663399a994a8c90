/** What a refusal or a gap means to who asks: the most particular thing that runtime-abi/go/ knows of it. */
import { type Effect, type Family, type FamilyName, families } from "../../runtime-abi/go/families.ts";
import type { Reaction } from "../../runtime-abi/go/reaction.ts";
import { reactions } from "../../runtime-abi/go/reactions.ts";
import { matches } from "./names.ts";

export type Consequence = {
  readonly effect: Effect;
  readonly does: string;
  readonly source: string;
  readonly after?: string;
};

const byCall = new Map<string, Reaction[]>();
for (const reaction of reactions) byCall.set(reaction.call, [...(byCall.get(reaction.call) ?? []), reaction]);

const ofCall = new Map<string, FamilyName>();
const ofSubsystem = new Map<string, FamilyName>();
for (const [name, { calls, subsystems }] of Object.entries(families) as [FamilyName, Family][]) {
  for (const call of calls) if (!ofCall.has(call)) ofCall.set(call, name);
  for (const subsystem of subsystems) ofSubsystem.set(subsystem, name);
}

/** The family of a call, or of the part of it that the table refuses. */
export function familyOf(call: string, subsystem: string, isRefused: boolean): FamilyName {
  if (isRefused)
    for (const [name, { refusedPartOf }] of Object.entries(families) as [FamilyName, Family][])
      if (refusedPartOf?.includes(call)) return name;
  return ofCall.get(call) ?? ofSubsystem.get(subsystem) ?? "machine";
}

/**
 * `below`: who asks, and the wrappers between it and the call; empty if nobody knows. `names`: the variant and the flags
 * that are at stake: a reaction to just these holds for whoever asks, as far as is known.
 */
export function consequenceOf(
  call: string,
  names: readonly string[],
  below: readonly string[],
  family: FamilyName,
  isRefused: boolean,
): Consequence {
  const found = [...(byCall.get(call) ?? []), ...(byCall.get("*") ?? [])].find(
    ({ value, from }) =>
      (value === undefined || names.includes(value)) &&
      (below.length === 0
        ? value !== undefined
        : below.some((name) => from.some((pattern) => matches(name, pattern)))),
  );
  if (found !== undefined) return found;
  if (isRefused) return families[family].without;
  return { effect: "less", does: "", source: "" };
}
