import { checkCase, openSeries } from "../../src/cases/index.ts";
import { wasmBackend } from "../../src/engine/index.ts";
import type { Section } from "../section.ts";
import { makeTable, rounded } from "../table.ts";

/** Cases of a series. */
const COUNT = 100;

interface GeneratedRow {
  readonly work: string;
  /** Of the processor. */
  readonly seconds: number;
}

/** Making fresh cases, and checking that they are fit, on one thread. */
export const generated: Section = {
  name: "generated",
  summary: `${COUNT} small generated cases, made and checked on one thread; the goal is 20 s`,
  async run({ progress }) {
    const backend = await wasmBackend();
    const { at } = await openSeries({ seed: "5", family: { size: "small" } }, { backend });
    progress("made");
    const numbers = Array.from({ length: COUNT }, (_, i) => i);
    const [cases, making] = timed(() => numbers.map((number) => at(number).case_));
    progress("checked");
    const [checks, checking] = timed(() => cases.map((case_) => checkCase(case_, backend)));
    const fit = checks.filter(({ fit }) => fit).length;
    const rows: GeneratedRow[] = [
      { work: "made", seconds: making },
      { work: "checked", seconds: checking },
    ];
    const table = makeTable(
      `Generated cases, ${fit} of ${COUNT} fit`,
      [
        { heading: "work", value: ({ work }: GeneratedRow) => work },
        { heading: "s", value: ({ seconds }: GeneratedRow) => rounded(seconds) },
        { heading: "ms each", value: ({ seconds }) => rounded((1000 * seconds) / COUNT) },
      ],
      rows,
      ["Of generated cases the seconds are those of the processor, on one thread."],
    );
    return [table];
  },
};

/** What work gives, and the seconds of processor time that it takes. */
function timed<T>(work: () => T): readonly [T, number] {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1e6];
}
