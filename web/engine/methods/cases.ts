import {
  allCases,
  type Case,
  type CaseListing,
  type CaseTag,
  correspondence,
  exampleInput,
  groundTruthCircuit,
  inputLengths,
  listCase,
  lowLevelConfig,
  type PublishedShape,
  storedExactness,
  tokenIds,
} from "../../../src/cases/index.ts";
import {
  type CircuitTexts,
  circuitTexts,
  formatNode,
  type GraphShape,
} from "../../../src/circuit/index.ts";
import { type RaspValue, showValue } from "../../../src/rasp/index.ts";
import { type ProgramLine, programLines } from "../../../src/report/index.ts";
import type { EngineState } from "../state.ts";

/** A case in the catalogue. */
export interface CaseRow extends CaseListing {
  readonly kind: "rasp" | "functions";
  readonly tags: readonly CaseTag[];
}

/** A token of a case. */
export interface TokenFacts {
  readonly value: RaspValue;
  /** As programs write it: `"x"`, `3`. */
  readonly text: string;
  readonly id: number;
}

/** A variable of a case, and where it is. */
export interface VariableFacts {
  /** The name of the directions it is written in: `frac_prevs_1`. */
  readonly label: string;
  /** Its node in the compiled transformer, or the variable itself. */
  readonly compiled: string;
  /** The nodes of a trained transformer that hold it. */
  readonly trained: readonly string[];
}

/** All about a case. */
export interface CaseFacts extends CaseRow {
  /** What the command line calls it: its id, or a file. */
  readonly word: string;
  readonly caveats: readonly string[];
  readonly tokens: readonly TokenFacts[];
  readonly bosId: number;
  readonly padId: number | undefined;
  /** The lengths of inputs, BOS excluded. */
  readonly lengths: readonly number[];
  /** Positions whose outputs count, BOS being 0. */
  readonly outputPositions: string | readonly number[];
  /** An input, BOS excluded. */
  readonly example: readonly RaspValue[];
  /** The sub-expressions of its program, each after what it uses; none without a program. */
  readonly program: readonly ProgramLine[];
  readonly variables: readonly VariableFacts[];
  /** Of a trained transformer, at head granularity. */
  readonly truth: CircuitTexts;
  readonly shape: GraphShape;
  /** The directions of the compiled transformer's residual stream, `[dModel]`; none without a program. */
  readonly residualLabels: readonly string[];
  /** What its outputs can be, in the order of the logits; `undefined` if they are numbers. */
  readonly outputs: readonly string[] | undefined;
  readonly exactness: ReturnType<typeof storedExactness>;
  readonly publishedShape: PublishedShape | undefined;
}

/** The catalogue; nothing is compiled. */
export function caseRows(): CaseRow[] {
  return allCases().map(caseRow);
}

const caseRow = (case_: Case): CaseRow => ({
  ...listCase(case_),
  kind: case_.kind,
  tags: case_.tags,
});

/** All about one case. `E_CASE` if there is none of this id. */
export function caseFacts(state: EngineState, id: string): CaseFacts {
  const case_ = state.caseOf(id);
  const compiled = state.compiled(id);
  const ids = tokenIds(case_);
  const shape = lowLevelConfig(case_, {}, compiled);
  const classes = case_.kind === "functions" ? case_.classes : classesOf(compiled);
  return {
    ...caseRow(case_),
    word: state.wordOf(case_),
    caveats: case_.caveats,
    tokens: case_.vocab.map((value) => ({ value, text: showValue(value), id: ids.idOf(value)! })),
    bosId: ids.bosId,
    padId: ids.padId,
    lengths: inputLengths(case_).map((length) => length - 1),
    outputPositions: case_.outputPositions,
    example: exampleInput(case_),
    program: compiled === undefined ? [] : programLines(compiled),
    variables: correspondence(case_, {}, compiled).map(({ label, hl, ll }) => ({
      label,
      compiled: formatNode(hl),
      trained: ll.map(formatNode),
    })),
    truth: circuitTexts(groundTruthCircuit(case_, {}, compiled)),
    shape: { nLayers: shape.nLayers, nHeads: shape.nHeads },
    residualLabels: compiled?.residualLabels ?? [],
    outputs: classes?.map(showValue),
    exactness: storedExactness(case_),
    publishedShape: case_.publishedShape,
  };
}

function classesOf(compiled: ReturnType<EngineState["compiled"]>) {
  const encoder = compiled?.outputEncoder;
  return encoder?.kind === "categorical" ? encoder.values : undefined;
}
