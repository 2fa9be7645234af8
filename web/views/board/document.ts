import type { ScoredRun } from "../../../src/evaluation/index.ts";

type Json = Readonly<Record<string, unknown>>;

/** A run of a leaderboard. */
export interface BoardRun extends ScoredRun {
  readonly nodes: number | undefined;
  readonly averagePrecision: number | undefined;
  /** Why it has no number. */
  readonly reason: string | undefined;
  /** What its result is called; `undefined` where nobody says. */
  readonly result: string | undefined;
}

/** Who is ranked, and with which options. */
export interface Contestant {
  readonly algorithm: string;
  readonly params: Json;
}

/** Cases that are alike. */
export interface CaseGroup {
  readonly name: string;
  readonly cases: ReadonlySet<string>;
}

/** A leaderboard as its document tells. */
export interface Board {
  readonly protocol: string;
  readonly model: string;
  readonly measure: string;
  readonly dataSize: number | undefined;
  /** How its protocol corrupts inputs, if not as cases do it first. */
  readonly corruption: string | undefined;
  readonly runs: readonly BoardRun[];
  readonly contestants: ReadonlyMap<string, Contestant>;
  readonly groups: readonly CaseGroup[];
}

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const recordsOf = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];
const recordOf = (value: unknown): Json => (isRecord(value) ? value : {});
const numberOf = (value: unknown) =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** Reads the document of a leaderboard, as far as it is one. */
export function readBoard(document: Json): Board {
  const provenance = recordOf(document.provenance);
  const names = resultNames(provenance);
  return {
    protocol: String(document.protocol),
    model: String(document.model),
    measure: String(document.measure),
    dataSize: numberOf(document.dataSize),
    corruption: typeof document.corruption === "string" ? document.corruption : undefined,
    runs: recordsOf(document.rows).map((row) => runOf(row, names)),
    contestants: new Map(
      recordsOf(recordOf(provenance.config).contestants).map((one) => [
        String(one.name),
        { algorithm: String(one.algorithm), params: recordOf(one.params) },
      ]),
    ),
    groups: recordsOf(document.groups).map(({ name, cases }) => ({
      name: String(name),
      cases: new Set(Array.isArray(cases) ? cases.map(String) : []),
    })),
  };
}

function runOf(row: Json, names: Iterator<string, undefined>): BoardRun {
  const failed = typeof row.code === "string";
  return {
    case: String(row.case),
    algorithm: String(row.algorithm),
    seed: numberOf(row.seed) ?? 0,
    value: numberOf(recordOf(row.auroc).edges),
    nodes: numberOf(recordOf(row.auroc).nodes),
    averagePrecision: numberOf(recordOf(row.averagePrecision).edges),
    reason: typeof row.reason === "string" ? row.reason : undefined,
    result: failed ? undefined : names.next().value,
  };
}

/** The results of the runs that did not fail, in their order: a leaderboard is made of them. */
function* resultNames({ parents }: Json): Generator<string, undefined> {
  for (const name of Array.isArray(parents) ? parents : []) {
    if (typeof name === "string" && name.startsWith("run-")) yield name;
  }
  return undefined;
}
