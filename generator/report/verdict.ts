/**
 * The verdict, by the rule that README.md of this folder states: a refusal counts by what Go does about it and by how
 * sure it is that the program comes there. What a run did outweighs what a file may do.
 */
import type { FamilyReport, ProgramFacts, RunReport, Verdict } from "./report.ts";

export type VerdictInputs = {
  readonly file: Pick<ProgramFacts, "name">;
  readonly families: readonly FamilyReport[];
  readonly run: RunReport | undefined;
  /** Places where nobody can tell what is asked. */
  readonly unknownPlaces: number;
};

export function verdictOf({ file, families, run, unknownPlaces }: VerdictInputs): Verdict {
  const hurting = families.filter(({ effect }) => effect === "error" || effect === "fatal");
  const at = (wanted: string) => hurting.filter(({ certainty }) => certainty === wanted);
  const endedWell = run?.status === 0;
  const endedBadly = run !== undefined && !endedWell;
  const { name } = file;

  const did = at("did");
  if (endedBadly && did.length > 0) return failed(name, did, run);
  const will = at("will");
  if (!endedWell && will[0] !== undefined) return willFail(name, will[0]);
  return { ...mildVerdict(name, families, hurting, run, unknownPlaces), exitStatus: 0 };
}

function failed(name: string, did: readonly FamilyReport[], run: RunReport): Verdict {
  const how = run.status === undefined ? "did not come to its end" : `ended with status ${run.status}`;
  const asked = did.map(
    ({ thing, gateway, errnos }) => `${thing}${via(gateway)} and got ${errnos.join(", ")}`,
  );
  return {
    kind: "runs until",
    headline: `Runs until it asks for ${listOf(
      did.map(({ thing }) => thing),
      "and",
    )}`,
    sentence: `In the recorded run ${name} did ask for ${listOf(asked, "and")}, and it ${how}.`,
    advice: "Another run, with other arguments, may come further.",
    exitStatus: 3,
  };
}

function willFail(name: string, { thing, gateway, way, errnos, effect }: FamilyReport): Verdict {
  const to = gateway === "" ? (way.at(-1) ?? "") : gateway;
  const then = effect === "fatal" ? "which ends it" : "which returns the error";
  return {
    kind: "runs until",
    headline: `Runs until it asks for ${thing}`,
    sentence: `${name} will call ${to}, for there is no way through its main function around that, and get ${errnos.join(" or ")}, ${then}.`,
    advice: "",
    exitStatus: 3,
  };
}

function mildVerdict(
  name: string,
  families: readonly FamilyReport[],
  hurting: readonly FamilyReport[],
  run: RunReport | undefined,
  unknownPlaces: number,
): Pick<Verdict, "kind" | "headline" | "sentence" | "advice"> {
  const ran = ranSentence(run);
  const lesser = families.some(({ effect }) => effect === "less");
  const notes = { kind: "runs with notes", headline: "Runs, with notes" } as const;
  const advice =
    run === undefined
      ? "catkernel run --record FILE, and report --run FILE, show what it really asks for."
      : "";
  if (hurting.length > 0) {
    const things = listOf(
      hurting.map(({ thing }) => thing),
      "or",
    );
    const rest = lesser ? "the rest is kept, nearly all of it whole" : "whatever else it asks for is kept";
    const sentence = `${ran}${name} may ask for ${things}, and then gets an error, as told below; ${rest}.`;
    return { ...notes, sentence, advice };
  }
  if (lesser || unknownPlaces > 0) {
    const places = unknownPlaces === 1 ? "one place" : `${unknownPlaces} places`;
    const why = [
      lesser ? "some of what it may ask for is not kept whole" : "",
      unknownPlaces > 0 ? `at ${places} the file does not tell what it asks for` : "",
    ].filter((text) => text !== "");
    return {
      ...notes,
      sentence: `${ran}Nothing that ${name} is known to ask for is refused, but ${why.join(", and ")}.`,
      advice,
    };
  }
  const sentence = `${ran}All that ${name} can ask for is kept, or Go does without it.`;
  return { kind: "runs", headline: "Runs", sentence, advice: "" };
}

function ranSentence(run: RunReport | undefined): string {
  if (run?.status === undefined) return "";
  return run.status === 0
    ? "In the recorded run it came to its end with status 0. "
    : `In the recorded run it ended with status ${run.status}, though nothing that it needed was refused. `;
}

const via = (gateway: string) => (gateway === "" ? "" : ` (${gateway})`);

/** "a", "a or b", "a, b or c". */
function listOf(words: readonly string[], last: "and" | "or"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

/** A file that is refused before anything is known of it. */
export function refusedVerdict(sentence: string, advice: string): Verdict {
  const kind = "not a binary for this kernel";
  return { kind, headline: "Not a binary for this kernel", sentence, advice, exitStatus: 4 };
}

/** With --fail-on notes. */
export const strictly = (verdict: Verdict): Verdict =>
  verdict.kind === "runs with notes" ? { ...verdict, exitStatus: 3 } : verdict;
