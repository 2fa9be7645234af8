import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import {
  aggregate,
  categorical,
  detectPattern,
  EQ,
  eq,
  indices,
  isTuple,
  linearSequenceMap,
  makeCount,
  makeCountLessFreq,
  makeFracPrevs,
  makeHist,
  makeLength,
  makeNarySequenceMap,
  makePairBalance,
  makeReverse,
  makeShuffleDyck,
  makeSort,
  makeSortFreq,
  makeSortUnique,
  map,
  numerical,
  type RaspValue,
  type SOp,
  select,
  selectorWidth,
  sequenceMap,
  shiftBy,
  sub,
  TRUE,
  tokens,
} from "./index.ts";

/* The programs and reference values shared by the tests of the interpreter and of the compiler. */

const fixtures = fileURLToPath(new URL("../../test/fixtures/tracr/", import.meta.url));

/** The content of a JSON fixture, unpacked if its name ends in `.gz`. */
export function readFixture<T>(name: string): T {
  const bytes = readFileSync(fixtures + name);
  return JSON.parse((name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8")) as T;
}

/** A value as the fixtures write it: `{"f": "2.0"}` is a float, `{"t": […]}` a tuple. */
export type StoredValue =
  | null
  | boolean
  | number
  | string
  | { readonly f: string }
  | { readonly t: readonly StoredValue[] };

/** The RASP value of a stored one. */
export function fromStored(stored: StoredValue): RaspValue {
  if (typeof stored !== "object" || stored === null) return stored;
  if ("t" in stored) return stored.t.map(fromStored);
  const special: Record<string, number> = { inf: Infinity, "-inf": -Infinity };
  return special[stored.f] ?? Number(stored.f);
}

/** The value with booleans as the numbers they equal, so that equal values are deeply equal. */
export function plain(value: RaspValue): RaspValue {
  if (typeof value === "boolean") return Number(value);
  return isTuple(value) ? value.map(plain) : value;
}

const brackets2 = () => makeShuffleDyck(["()", "{}"]);
const brackets3 = () => makeShuffleDyck(["()", "{}", "[]"]);
const oneMinusIndices = () => sub(1, indices);
const numericalTokens = () => numerical(map((x) => x, tokens));
const selectAll = select(tokens, tokens, TRUE);
const sumOfThree = (x: number, y: number, z: number) => x + y - z;
const productOverThird = (x: number, y: number, z: number) => (x * y) / z;

/** The programs of the compiler's test catalogue, by name without the trailing variant number. */
const PROGRAMS: Readonly<Record<string, () => SOp>> = {
  frac_prevs_1: () => makeFracPrevs(eq(tokens, "l")),
  frac_prevs_2: () => makeFracPrevs(eq(tokens, "(")),
  frac_prevs_3: () => makeFracPrevs(eq(tokens, ")")),
  shift_by_one: () => shiftBy(1, tokens),
  shift_by_two: () => shiftBy(2, tokens),
  detect_pattern_a: () => detectPattern(tokens, "a"),
  detect_pattern_ab: () => detectPattern(tokens, "ab"),
  detect_pattern_abc: () => detectPattern(tokens, "abc"),
  reverse: () => makeReverse(tokens),
  length_categorical: () => categorical(makeLength()),
  length_numerical: () => numerical(makeLength()),
  pair_balance: () => makePairBalance(tokens, "(", ")"),
  shuffle_dyck2: brackets2,
  shuffle_dyck3: brackets3,
  hist: () => makeHist(),
  sort_unique_1: () => makeSortUnique(tokens, tokens),
  sort_unique_2: () => makeSortUnique(tokens, oneMinusIndices()),
  sort_1: () => makeSort(tokens, tokens, 5, 1),
  sort_2: () => makeSort(tokens, oneMinusIndices(), 5, 1),
  sort_3: () => makeSort(tokens, tokens, 5, 1),
  sort_freq: () => makeSortFreq(5),
  make_count_less_freq_categorical: () => categorical(makeCountLessFreq(2)),
  make_count_less_freq_numerical: () => numerical(makeCountLessFreq(2)),
  make_count: () => makeCount(tokens, "a"),
  make_nary_sequencemap_1: () => makeNarySequenceMap(sumOfThree, tokens, tokens, indices),
  make_nary_sequencemap_2: () => makeNarySequenceMap(productOverThird, indices, indices, tokens),
  selector_width: () => selectorWidth(selectAll),
  numerical_categorical_aggregate: () => aggregate(selectAll, numerical(makeLength())),
  categorical_numerical_aggregate: () => numerical(aggregate(selectAll, tokens)),
  numerical_numerical_aggregate: () => numerical(aggregate(selectAll, numericalTokens(), 0)),
  aggregate_with_not_None_default: () => numerical(aggregate(selectAll, tokens, 1)),
  numerical_selector: () => selectorWidth(select(numericalTokens(), tokens, EQ)),
  numerical_SequenceMap: () =>
    numerical(sequenceMap((x: number, y: number) => x + y, numericalTokens(), numericalTokens())),
  categorical_LinearSequenceMap: () => linearSequenceMap(tokens, indices, 1, 1),
  numerical_tokens: () => numerical(tokens),
  numerical_indices: () => numerical(indices),
};

/** The program of a stored run: `reverse_3` is the program `reverse`. */
export function conformanceProgram(name: string): SOp {
  const build = PROGRAMS[name] ?? PROGRAMS[name.replace(/_\d$/, "")];
  if (build === undefined) throw new Error(`no conformance program "${name}"`);
  return build();
}

/** One run of `tracr_test_cases.json.gz`, as far as the interpreter is concerned. */
export interface ConformanceCase {
  readonly group: "TEST_CASES" | "CAUSAL_TEST_CASES" | "UNSUPPORTED_TEST_CASES";
  readonly name: string;
  readonly causal: boolean;
  readonly vocab: readonly StoredValue[];
  readonly max_seq_len: number;
  readonly static_validate: readonly { readonly expr: string; readonly reason: string }[];
  readonly dynamic_validate: readonly { readonly expr: string; readonly reason: string }[];
  readonly input: readonly StoredValue[];
  readonly expected: readonly StoredValue[];
  readonly rasp_output: readonly StoredValue[];
  readonly causal_rasp_output: readonly StoredValue[];
}
