import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { isaString } from "../isa/riscv64/isa.ts";
import { flattenTree, readTree, type TreeNode } from "./flat-tree.ts";
import { virtTree } from "./virt-tree.ts";

const seed = new Uint8Array(32).fill(7);
const memoryBytes = 2 ** 30;

/** Paths of properties to their bytes in hex. */
function flat(node: TreeNode, path = ""): Map<string, string> {
  const all = new Map<string, string>();
  for (const [name, value] of Object.entries(node.properties))
    all.set(`${path}/${name}`, Buffer.from(value as Uint8Array).toString("hex"));
  for (const [name, child] of Object.entries(node.children ?? {}))
    for (const [key, value] of flat(child, `${path}/${name}`)) all.set(key, value);
  return all;
}

test("a tree read back is the tree that was written", (t) => {
  const blob = flattenTree({
    properties: {
      cells: [1, 0xffffffff],
      text: "a",
      list: ["b", "cd"],
      empty: true,
      bytes: Uint8Array.of(9),
    },
    children: { "node@1": { properties: { text: "x" }, children: { deep: { properties: {} } } } },
  });
  t.is(blob.length % 8, 0);
  const { properties, children } = readTree(blob);
  t.deepEqual(properties, {
    cells: Uint8Array.of(0, 0, 0, 1, 255, 255, 255, 255),
    text: Uint8Array.of(97, 0),
    list: Uint8Array.of(98, 0, 99, 100, 0),
    empty: new Uint8Array(),
    bytes: Uint8Array.of(9),
  });
  t.deepEqual(Object.keys(children!["node@1"]!.children!), ["deep"]);
});

/** Devices of QEMU's machine that ours does not have. */
const leftOut = /^\/(pmu|fw-cfg@|flash@|platform-bus@|soc\/pci@)/;

for (const cpus of [1, 4]) {
  test(`with ${cpus} CPUs the tree is the one of QEMU's virt machine`, (t) => {
    const version = spawnSync("qemu-system-riscv64", ["--version"], { encoding: "utf8" });
    if (version.error || !/version 7\.2\./.test(version.stdout)) {
      t.log("QEMU 7.2 is not installed: nothing to compare with");
      return t.pass();
    }
    const folder = mkdtempSync(join(tmpdir(), "catkernel-tree-"));
    const file = join(folder, "virt.dtb");
    spawnSync("qemu-system-riscv64", [
      ...["-machine", `virt,dumpdtb=${file}`, "-smp", `${cpus}`, "-m", "1G", "-cpu", "rv64", "-nodefaults"],
    ]);
    const theirs = flat(readTree(readFileSync(file)));
    rmSync(folder, { recursive: true });
    const ours = flat(readTree(flattenTree(virtTree({ cpus, memoryBytes, commandLine: "", seed }))));

    for (const [key, value] of theirs) {
      if (leftOut.test(key)) continue;
      if (key.endsWith("/rng-seed")) t.is(ours.get(key)?.length, value.length);
      else if (key.endsWith("/riscv,isa")) {
        // Counters it has without naming them; Svinval is an option there.
        const known = [
          ...Buffer.from(value, "hex").toString().replace("\0", "").split("_"),
          "zicntr",
          "svinval",
        ];
        for (const extension of isaString.split("_").slice(1)) t.true(known.includes(extension), extension);
      } else t.is(ours.get(key), value, key);
    }
    for (const key of ours.keys()) t.true(theirs.has(key), `${key} is not in QEMU's tree`);
  });
}
