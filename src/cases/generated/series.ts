import type { Backend } from "../../engine/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import {
  childrenOf,
  dependenciesFirst,
  evaluate,
  isSelector,
  type Sequence,
  type SOp,
} from "../../rasp/index.ts";
import type { Key } from "../../rng/index.ts";
import type { RaspCase } from "../case.ts";
import { measureAgreement } from "../exactness.ts";
import { type GeneratedProgram, generateProgram } from "../generate/generate-program.ts";
import { highLevelModel } from "../high-level.ts";
import { enumerateInputs } from "../input-space.ts";
import { makeCase } from "../make-case.ts";
import { integers } from "../vocabulary.ts";
import { allInputs, behaviourOf, inputAt } from "./behaviour.ts";
import { BEHAVIOURS } from "./catalogue-behaviours.generated.ts";
import { programRuns } from "./effects.ts";
import { type CaseFamily, formatFamily, SIZES } from "./family.ts";
import { programForm } from "./form.ts";
import { formatGeneratedName, generatedId, type SeriesName } from "./name.ts";
import { programSource } from "./source.ts";
import { taskWords, variableWords } from "./words.ts";
import { unworthy } from "./worth.ts";

/** A case that was made of a seed. */
export interface GeneratedCase {
  readonly case_: RaspCase;
  /** As it is typed: `generated:5/7`. */
  readonly name: string;
  /** The same as the text of a program file. */
  readonly source: string;
  /** What each variable is, in words, by label. */
  readonly variables: ReadonlyMap<string, string>;
}

/** What a series is made of. */
export interface SeriesFacts {
  /** Of the seed. */
  readonly key: Key;
  /** Runs the compiled transformers; which one makes no difference. */
  readonly backend: Backend;
  /** What its cases are called, and of which family they are. */
  readonly name: SeriesName;
}

/** Cases in an order: the same key and family give the same ones, everywhere. */
export interface CaseSeries {
  /** The case of a number from 0 on. Those before it are made first, since it differs from them. */
  at(number: number): GeneratedCase;
}

/** How many programs in a row may be rejected before there is held to be no further one. */
const PATIENCE = 20_000;

/** On how many inputs a program is judged at most. */
const MOST_JUDGED = 256;

/** Right classes lead by so much, and numbers are off by no more; programs that are exact do so by far. */
const LEAST_MARGIN = 0.9;
const LARGEST_DEVIATION = 1e-3;

/**
 * The cases of a key: random programs (`generateProgram`), of which those are left out that are not worth asking
 * about ({@link unworthy}), have more or fewer variables than their size says, are not compiled exactly on
 * all inputs of every length, or are made as ({@link programForm}) or compute the same as
 * ({@link behaviourOf}) an earlier one, or compute what a case of the catalogue does.
 */
export function caseSeries({ key: seed, backend, name }: SeriesFacts): CaseSeries {
  const { family } = name;
  const key = seed.fold("cases").fold(formatFamily(family));
  const forms = new Set<string>();
  const behaviours = new Set<string>(BEHAVIOURS);
  const made: GeneratedCase[] = [];
  let attempts = 0;
  const next = (): GeneratedCase => {
    for (let rejected = 0; rejected < PATIENCE; rejected++) {
      const own = key.fold(attempts++);
      const generated = generateProgram(own.fold("program"), optionsOf(family));
      if (!isOfSize(generated, family)) continue;
      const form = programForm(generated.program, generated.vocab);
      if (forms.has(form)) continue;
      const { program, causal, ...facts } = generated;
      const runs = programRuns(program, judgedInputs(generated, own.fold("inputs")), causal);
      if (unworthy(generated, runs, own.fold("worth")) !== undefined) continue;
      const behaviour = behaviourOf({
        ...facts,
        length: facts.maxSeqLen - 1,
        outputs: (input) => evaluate(program, input, { causal }),
      });
      if (behaviours.has(behaviour)) continue;
      const case_ = caseOf(generated, generatedId(name, made.length));
      if (!isExact(case_, backend)) continue;
      forms.add(form);
      behaviours.add(behaviour);
      return generatedCase(case_, program, formatGeneratedName(name, made.length));
    }
    throw new InterpBenchError("E_CASE", "there are no further cases of this kind", {
      expected: `numbers from 0 to ${made.length - 1}`,
      hint: "Take another seed, or larger programs.",
    });
  };
  return {
    at(number) {
      while (made.length <= number) made.push(next());
      return made[number]!;
    },
  };
}

/** All inputs of full length, or some of them where they are many. */
function judgedInputs({ vocab, maxSeqLen }: GeneratedProgram, key: Key): readonly Sequence[] {
  const length = maxSeqLen - 1;
  const count = vocab.length ** length;
  if (count <= MOST_JUDGED) return allInputs(vocab, length);
  return key
    .sample(integers(0, count), MOST_JUDGED)
    .map((number) => inputAt(vocab, length, number));
}

function optionsOf({ size, causal, categorical }: CaseFamily) {
  return {
    ...SIZES[size].bounds,
    ...(causal === undefined ? {} : { causal }),
    ...(categorical === undefined ? {} : { categorical }),
  };
}

function isOfSize({ program }: GeneratedProgram, { size }: CaseFamily): boolean {
  const [fewest, most] = SIZES[size].variables;
  const variables = dependenciesFirst(program).filter(
    (one) => !isSelector(one) && childrenOf(one).length > 0,
  );
  return variables.length >= fewest && variables.length <= most;
}

function caseOf({ program, ...facts }: GeneratedProgram, id: string): RaspCase {
  const task = taskWords(program, facts.causal);
  return makeCase({ ...facts, id, task, program: () => program }) as RaspCase;
}

/** Whether the compiled transformer says what the program does on all inputs of all lengths. */
function isExact(case_: RaspCase, backend: Backend): boolean {
  const model = highLevelModel(case_);
  const all = enumerateInputs(case_, { variableLength: true });
  const lengths = [...new Set(all.map(({ length }) => length))];
  return lengths.every((length) => {
    const rows = all.filter((row) => row.length === length);
    const found = measureAgreement(case_, rows, backend, model);
    return "margin" in found ? found.margin >= LEAST_MARGIN : found.deviation <= LARGEST_DEVIATION;
  });
}

function generatedCase(case_: RaspCase, program: SOp, name: string): GeneratedCase {
  const { task, vocab, minSeqLen, maxSeqLen, causal } = case_;
  const source = programSource(program, { task, vocab, minSeqLen, maxSeqLen, causal }, [name]);
  return { case_, name, source, variables: variableWords(program, causal) };
}
