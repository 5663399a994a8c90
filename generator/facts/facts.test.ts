import test from "ava";
import { extractConstants } from "./extract-constants.ts";
import { extractLayouts } from "./extract-layouts.ts";
import { extractNumbers } from "./extract-numbers.ts";
import { readFacts } from "./facts.ts";
import { architectures, findHeaders } from "./headers.ts";

const facts = readFacts();
/** Counts, masks of all that is known, and room kept free: these change with every version. */
const grows = /SUPPORTED$|VECTOR_SIZE|_MAX$|_NUM$|\.__spare\d*$/;

/** Installed headers may be older or newer than the facts: what only one of them has is told, what both have must agree. */
function agree<T>(title: string, ours: ReadonlyMap<string, T>, installed: ReadonlyMap<string, T>): void {
  test(title, (t) => {
    const shared = [...installed].filter(([name]) => ours.has(name));
    const onlyInstalled = [...installed.keys()].filter((name) => !ours.has(name));
    const onlyOurs = [...ours.keys()].filter((name) => !installed.has(name));
    if (onlyInstalled.length > 0) t.log(`only in the installed headers: ${onlyInstalled.join(" ")}`);
    if (onlyOurs.length > 0) t.log(`only in the facts: ${onlyOurs.length}`);
    t.true(shared.length > 20);
    for (const [name, value] of shared)
      if (!grows.test(name)) t.deepEqual(ours.get(name), value, name);
  });
}

for (const arch of architectures) {
  const headers = findHeaders(arch);
  if (!headers) {
    test(`no Linux headers for ${arch} are installed here`, (t) => t.pass());
    continue;
  }
  const where = `on ${arch}, Linux ${headers.version}`;
  agree(`numbers ${where}`, facts.numbers[arch], new Map(Object.entries(extractNumbers(headers))));
  agree(`constants ${where}`, facts.constants[arch], new Map(Object.entries(extractConstants(headers))));
  const sizes = (layouts: Iterable<[string, { size: number; align: number }]>) =>
    new Map([...layouts].map(([name, { size, align }]) => [name, { size, align }]));
  const layouts = new Map(Object.entries(extractLayouts(headers)));
  agree(`sizes of structs ${where}`, sizes(facts.layouts[arch]), sizes(layouts));
  const offsets = (from: ReadonlyMap<string, { fields: Record<string, { offset: number }> }>) =>
    new Map([...from].flatMap(([name, { fields }]) => Object.entries(fields).map(([field, { offset }]) => [`${name}.${field}`, offset])));
  agree(`offsets of fields ${where}`, offsets(facts.layouts[arch]), offsets(layouts));
}

test("facts that the manuals state are read as they state them", (t) => {
  t.is(facts.numbers.amd64.get("futex"), 202);
  t.is(facts.numbers.riscv64.get("futex"), 98);
  t.is(facts.numbers.riscv64.get("open"), undefined);
  t.is(facts.constants.amd64.get("AT_FDCWD"), -100n);
  t.is(facts.constants.amd64.get("RLIM_INFINITY"), 0xffff_ffff_ffff_ffffn);
  t.is(facts.layouts.amd64.get("epoll_event")?.size, 12);
  t.is(facts.layouts.riscv64.get("epoll_event")?.fields.data?.offset, 8);
  t.is(facts.layouts.amd64.get("ucontext")?.fields["uc_mcontext.rip"]?.offset, 168);
});
