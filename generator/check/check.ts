/**
 * The whole check, as `npm run check` and the build run it: the table is read, then compared with the
 * witness and with the house. By itself: `node generator/check/check.ts` prints the problems and ends with 1.
 */
import { fileURLToPath } from "node:url";
import { formatProblem, type Problem } from "../problem.ts";
import { readTable } from "../read/read-table.ts";
import { checkAbi } from "./check-abi.ts";
import { checkTable } from "./check-table.ts";
import { readHouse } from "./read-house.ts";

/** All problems of spec/ and runtime-abi/. What cannot be read is not checked further. */
export async function check(): Promise<Problem[]> {
  const house = readHouse();
  const { value: table, problems } = await readTable();
  return [...checkAbi(house.facts), ...(table ? checkTable(table, house) : problems)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = await check();
  for (const problem of problems) console.error(formatProblem(problem));
  if (problems.length > 0) console.error(`${problems.length} problem${problems.length === 1 ? "" : "s"}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
