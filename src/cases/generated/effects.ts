import {
  childrenOf,
  dependenciesFirst,
  type Expression,
  evaluateAll,
  isSelector,
  type RaspValue,
  type Sequence,
  type SOp,
  type Trace,
  valuesEqual,
} from "../../rasp/index.ts";

/** A sub-expression that reads another. */
export interface Read {
  readonly reader: Expression;
  readonly read: SOp;
}

/** All reads of a program, each once, in the order of the graph. */
export function readsOf(program: SOp): readonly Read[] {
  return dependenciesFirst(program).flatMap((reader) =>
    [...new Set(childrenOf(reader))].flatMap((read) =>
      isSelector(read) ? [] : [{ reader, read }],
    ),
  );
}

/** Runs of a program on some inputs of one length, between which values can be exchanged. */
export interface ProgramRuns {
  readonly inputs: readonly Sequence[];
  /** All values on an input, by its number; it is run when it is asked for. */
  trace(input: number): Trace;
  /**
   * Whether the output of one input, at any position, is another one when a single reader reads the value
   * that a sub-expression has on another input.
   */
  shows(read: Read, base: number, source: number): boolean;
  /** The output of one input when all read the value that a sub-expression has on another. */
  exchanged(sop: SOp, base: number, source: number): Sequence;
}

/** Runs a program on inputs of one length. */
export function programRuns(
  program: SOp,
  inputs: readonly Sequence[],
  causal: boolean,
): ProgramRuns {
  const traces = new Map<number, Trace>();
  const trace = (input: number) => {
    const known = traces.get(input) ?? evaluateAll(program, inputs[input]!, { causal });
    traces.set(input, known);
    return known;
  };
  const behind = dependents(program);
  /** The output of an input with another value of an expression. */
  const outputWith = (base: number, changed: Expression, value: Partial<Trace>) => {
    const kept = without(trace(base), behind.get(changed)!);
    const given = {
      sequences: new Map([...kept.sequences, ...(value.sequences ?? [])]),
      matrices: new Map([...kept.matrices, ...(value.matrices ?? [])]),
    };
    return evaluateAll(program, inputs[base]!, { causal, given }).sequences.get(program)!;
  };
  return {
    inputs,
    trace,
    shows({ reader, read }, base, source) {
      const own = trace(base);
      const value = trace(source).sequences.get(read)!;
      if (equal(own.sequences.get(read)!, value)) return false;
      const kept = without(own, new Set<Expression>([reader, read]));
      const given = { ...kept, sequences: new Map([...kept.sequences, [read, value]]) };
      const reading = evaluateAll(reader, inputs[base]!, { causal, given });
      const changed = isSelector(reader)
        ? { matrices: new Map([[reader, reading.matrices.get(reader)!]]) }
        : { sequences: new Map([[reader, reading.sequences.get(reader)!]]) };
      return !equal(outputWith(base, reader, changed), own.sequences.get(program)!);
    },
    exchanged(sop, base, source) {
      const value = trace(source).sequences.get(sop)!;
      return outputWith(base, sop, { sequences: new Map([[sop, value]]) });
    },
  };
}

/** For each expression those that depend on it, itself among them. */
function dependents(program: SOp): ReadonlyMap<Expression, ReadonlySet<Expression>> {
  const all = dependenciesFirst(program);
  const found = new Map<Expression, Set<Expression>>(all.map((one) => [one, new Set([one])]));
  for (const expression of [...all].reverse()) {
    for (const child of childrenOf(expression)) {
      for (const one of found.get(expression)!) found.get(child)!.add(one);
    }
  }
  return found;
}

/** The values of a run but for those of some expressions. */
function without({ sequences, matrices }: Trace, left: ReadonlySet<Expression>): Trace {
  return {
    sequences: new Map([...sequences].filter(([sop]) => !left.has(sop))),
    matrices: new Map([...matrices].filter(([selector]) => !left.has(selector))),
  };
}

const equal = (a: Sequence, b: Sequence) =>
  a.every((value: RaspValue, i) => valuesEqual(value, b[i]!));
