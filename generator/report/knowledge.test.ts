/** What is known of Go, held against the table and the witness. */
import test from "ava";
import { archs } from "../../runtime-abi/arch.ts";
import { type Family, families } from "../../runtime-abi/go/families.ts";
import { gateways } from "../../runtime-abi/go/gateways.ts";
import { reactions } from "../../runtime-abi/go/reactions.ts";
import { readFacts } from "../facts/facts.ts";
import { calls } from "./fixture/demands.ts";
import { matches } from "./names.ts";
import { describeCalls } from "./table-words.ts";

const { numbers } = readFacts();
const all = Object.entries(families) as [string, Family][];
const rows = new Map(
  archs.flatMap((arch) => [...calls[arch].values()].map((call) => [call.name, call] as const)),
);
const linux = new Set(archs.flatMap((arch) => [...numbers[arch].keys()]));
const known = new Set([...linux, ...rows.keys()]);

test("every call of Linux belongs to a family, by its name or by its row's subsystem", (t) => {
  const named = new Set(all.flatMap(([, { calls: names }]) => names));
  const subsystems = new Set(all.flatMap(([, { subsystems: of }]) => of));
  const homeless = [...known].filter(
    (name) => !named.has(name) && !subsystems.has(rows.get(name)?.subsystem ?? ""),
  );
  t.deepEqual(homeless, []);
});

test("families name calls that exist, each in one family", (t) => {
  const names = all.flatMap(([, { calls: list }]) => list);
  t.deepEqual(
    names.filter((name) => !known.has(name)),
    [],
  );
  t.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});

test("reactions name calls, and values of their rows", (t) => {
  for (const { call, value, from, source } of reactions) {
    t.true(call === "*" || known.has(call), call);
    t.true(from.length > 0 && source !== "", call);
    if (value === undefined) continue;
    const row = rows.get(call);
    t.true(JSON.stringify(row).includes(`"${value}"`), `${call}: ${value}`);
  }
});

test("gateways belong to families", (t) => {
  for (const name of Object.keys(gateways)) t.true(name in families, name);
});

test("every row has its sentence", (t) => {
  const words = describeCalls();
  const without = [...rows.keys()].filter((name) => !words.has(name));
  t.deepEqual(without, []);
  t.is(words.get("socket"), "Make a socket.");
});

test("names match patterns with stars at the end and in the middle", (t) => {
  t.true(matches("os.checkPidfd.func1", "os.checkPidfd*"));
  t.true(matches("os.(*Process).pidfdWait", "os.*pidfdWait*"));
  t.true(matches("net.Listen", "net.Listen"));
  t.false(matches("net.ListenTCP", "net.Listen"));
  t.false(matches("os.pidfdFind", "os.*pidfdWait*"));
});
