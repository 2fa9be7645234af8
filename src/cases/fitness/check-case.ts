import { formatNode } from "../../circuit/index.ts";
import type { Backend } from "../../engine/index.ts";
import { type RaspValue, type Sequence, showValue, valueKey } from "../../rasp/index.ts";
import { Key } from "../../rng/index.ts";
import { keptPositions } from "../../transformer/index.ts";
import type { Case } from "../case.ts";
import { drawsFromKey } from "../draws.ts";
import { generateData } from "../generate-data.ts";
import { isLocal } from "../generated/worth.ts";
import { highLevelModel } from "../high-level.ts";
import { countInputs, enumerateInputs, sampleInputs } from "../input-space.ts";
import { sampleRequest } from "../sampler.ts";
import { silentNodes } from "../silent-nodes.ts";
import { checkExactness } from "./exactness.ts";
import type { CaseFacts, OutputFacts, VariableFacts } from "./facts.ts";
import { type Finding, findingsOf } from "./findings.ts";
import { type VariableRuns, variableRuns } from "./variable-runs.ts";

/** How many inputs are looked at: all of full length where they are no more, else so many drawn. */
const MOST_INPUTS = 1024;

/**
 * Pairs of inputs between which each variable is exchanged: all where they are no more than `all`, else so many
 * drawn, and further ones if those show nothing.
 */
const PAIRS = { all: 4096, drawn: 256, further: 4096 } as const;

/** The facts about a case, and what speaks against it. */
export interface CaseCheck extends CaseFacts {
  /** Whether nothing does: all findings are remarks. */
  readonly fit: boolean;
  readonly findings: readonly Finding[];
}

/**
 * Whether a program is fit to be a case, and what would make it one: whether its compiled transformer is exact,
 * what its outputs are, and what each of its variables does.
 *
 * @throws InterpBenchError as compiling the program does, and `E_DATA` if it has no inputs
 */
export function checkCase(case_: Case, backend: Backend): CaseCheck {
  const exhaustive = countInputs(case_) <= BigInt(MOST_INPUTS);
  const all = exhaustive ? enumerateInputs(case_) : drawnInputs(case_);
  const runs = variableRuns(case_, all);
  const model = case_.kind === "rasp" ? highLevelModel(case_) : undefined;
  const exactness =
    model === undefined || case_.kind !== "rasp" || runs.inputs.length === 0
      ? undefined
      : checkExactness(case_, backend, model);
  const silent =
    runs.inputs.length === 0
      ? []
      : silentNodes(
          case_,
          generateData(case_, { key: Key.fromSeed(0), size: 100 }),
          {},
          model?.compiled,
        ).map(formatNode);
  const facts = {
    case: case_.id,
    task: case_.task,
    exhaustive,
    inputs: runs.inputs.length,
    stopped: all.length - runs.inputs.length,
    exactness,
    outputs: outputFacts(case_, runs),
    variables: runs.inputs.length < 2 ? [] : variableFacts(case_, runs),
    silent,
  };
  const findings = findingsOf(case_, facts, backend, model);
  return { ...facts, findings, fit: findings.every(({ kind }) => kind === "remark") };
}

function drawnInputs(case_: Case): readonly Sequence[] {
  const draws = drawsFromKey(Key.fromSeed(0).fold("check").fold(case_.id));
  return sampleInputs(case_, draws, sampleRequest(case_, MOST_INPUTS));
}

/** The positions that count, from 0 without BOS. */
const countedPositions = (case_: Case, length: number) =>
  keptPositions({ positions: length + 1, outputPositions: case_.outputPositions }).map(
    (position) => position - 1,
  );

/** How many frequent values are told. */
const TOLD = 5;

function outputFacts(case_: Case, { inputs, outputs }: VariableRuns): OutputFacts {
  const counted = outputs.map((output) =>
    countedPositions(case_, output.length).map((position) => output[position] ?? null),
  );
  const values = counted.flat();
  const counts = new Map<unknown, { readonly value: RaspValue; count: number }>();
  for (const value of values) {
    if (value === null) continue;
    const known = counts.get(valueKey(value));
    if (known === undefined) counts.set(valueKey(value), { value, count: 1 });
    else known.count++;
  }
  const present = [...counts.values()].reduce((sum, { count }) => sum + count, 0);
  const frequent = [...counts.values()]
    .sort((a, b) => b.count - a.count || (showValue(a.value) < showValue(b.value) ? -1 : 1))
    .slice(0, TOLD)
    .map(({ value, count }) => ({ value, share: count / present }));
  const absent = values.length === 0 ? 1 : (values.length - present) / values.length;
  return { distinct: counts.size, frequent, absent, isLocal: isLocal(inputs, outputs) };
}

function variableFacts(case_: Case, runs: VariableRuns): readonly VariableFacts[] {
  const count = runs.inputs.length;
  const isAll = count ** 2 <= PAIRS.all;
  const [tried, most] = isAll
    ? [count ** 2, count ** 2]
    : [PAIRS.drawn, PAIRS.drawn + PAIRS.further];
  const drawn = Key.fromSeed(0)
    .fold("pairs")
    .integers(isAll ? 0 : 2 * most, count);
  const pairAt = (i: number) =>
    isAll ? [Math.floor(i / count), i % count] : [drawn[2 * i]!, drawn[2 * i + 1]!];
  return runs.names.map((name) => {
    const keys = runs.inputs.map((_, i) => valueKey(runs.value(name, i)));
    const shows = (pair: number) => {
      const [base, source] = pairAt(pair) as [number, number];
      if (keys[base] === keys[source]) return false;
      const [own, other] = [runs.outputs[base]!, runs.exchanged(name, base, source)];
      return countedPositions(case_, own.length).some(
        (position) => valueKey(own[position]!) !== valueKey(other[position]!),
      );
    };
    const isConstant = new Set(keys).size === 1;
    let [pairs, shown] = [0, 0];
    for (; pairs < tried; pairs++) if (shows(pairs)) shown++;
    while (shown === 0 && !isConstant && pairs < most) if (shows(pairs++)) shown++;
    return { name, effect: shown / pairs, pairs, isConstant };
  });
}
