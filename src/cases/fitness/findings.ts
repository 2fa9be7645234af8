import type { Backend } from "../../engine/index.ts";
import { showValue } from "../../rasp/index.ts";
import type { Case } from "../case.ts";
import { isListed } from "../case-inputs.ts";
import { caseWarnings, compiledWarnings } from "../case-warnings.ts";
import type { HighLevelModel } from "../high-level.ts";
import type { ExactnessCheck } from "./exactness.ts";
import type { CaseFacts } from "./facts.ts";

/** Something that speaks against a case. */
export interface Finding {
  /** Whether it makes the case unfit, or is to be known. */
  readonly kind: "fault" | "remark";
  readonly code:
    | "stops"
    | "inexact"
    | "constant"
    | "uneven"
    | "absent"
    | "local"
    | "decoy"
    | "silent"
    | "short";
  readonly message: string;
  /** What would mend it, as a sentence. */
  readonly remedy: string;
}

/** From which share of a guess on there is something to be said, and hardly anything to be learned. */
const UNEVEN = { remark: 0.8, fault: 0.97 } as const;

/** From which share of positions without a value on that is said. */
const ABSENT = 0.5;

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** What speaks against a case, the gravest first. */
export function findingsOf(
  case_: Case,
  facts: CaseFacts,
  backend: Backend,
  model: HighLevelModel | undefined,
): readonly Finding[] {
  if (facts.inputs === 0) return [neverRuns(case_, backend)];
  const found = [
    ...inexact(case_, facts, backend, model),
    ...uneven(facts),
    ...decoys(facts),
    ...silent(facts),
    ...local(facts),
    ...absent(facts),
    ...stopped(facts),
    ...short(case_),
  ];
  return [
    ...found.filter(({ kind }) => kind === "fault"),
    ...found.filter(({ kind }) => kind === "remark"),
  ];
}

const fault = (code: Finding["code"], message: string, remedy: string): Finding => ({
  kind: "fault",
  code,
  message,
  remedy,
});

const remark = (code: Finding["code"], message: string, remedy: string): Finding => ({
  ...fault(code, message, remedy),
  kind: "remark",
});

function short({ inputs, maxSeqLen }: Case): Finding[] {
  if (!isListed(inputs)) return [];
  const some = inputs.filter(({ length }) => length < maxSeqLen - 1).length;
  if (some === 0) return [];
  const message = `${some} of the ${inputs.length} listed inputs are shorter than the longest, and commands take inputs of full length`;
  return [remark("short", message, "List inputs of one length if all are to count.")];
}

function neverRuns(case_: Case, backend: Backend): Finding {
  const [warning] = caseWarnings(case_, backend);
  const message = warning?.message ?? "the program has a value on none of its inputs";
  return fault("stops", message, 'Name the inputs that it is for: "inputs" in the file.');
}

function inexact(
  case_: Case,
  { exactness }: CaseFacts,
  backend: Backend,
  model: HighLevelModel | undefined,
): Finding[] {
  if (exactness === undefined || model === undefined) return [];
  const isWrong =
    "mistakes" in exactness ? exactness.mistakes > 0 : !(exactness.deviation <= TOLERATED);
  if (!isWrong) return [];
  const how = howWrong(exactness);
  const reasons = compiledWarnings(case_, backend, model).map(({ message }) => message);
  return [
    fault(
      "inexact",
      [`the compiled transformer, which is the teacher, ${how}`, ...reasons].join("; "),
      'Mend what is named, shorten the inputs ("maxSeqLen"), raise "mlpExactness", or name the inputs that it is exact on ("inputs").',
    ),
  ];
}

function howWrong(exactness: ExactnessCheck): string {
  if ("mistakes" in exactness) {
    return `is wrong at ${exactness.mistakes} of ${exactness.positions} positions`;
  }
  const { deviation } = exactness;
  return Number.isFinite(deviation)
    ? `is off by up to ${deviation.toPrecision(2)}`
    : "gives something that is not a number";
}

/** How far a number may be off. */
const TOLERATED = 0.01;

function uneven({ outputs: { distinct, frequent } }: CaseFacts): Finding[] {
  const [guess] = frequent;
  if (guess === undefined) {
    return [
      fault("absent", "the output has no value anywhere", "Let it have one where it counts."),
    ];
  }
  const value = showValue(guess.value);
  if (distinct === 1) {
    const message = `the output is always ${value}`;
    return [fault("constant", message, "Let the output depend on the tokens.")];
  }
  if (guess.share < UNEVEN.remark) return [];
  const message = `who always says ${value} is right at ${percent(guess.share)} of positions`;
  const remedy =
    'Draw balanced inputs ("sampler"), name some ("inputs"), or ask at some positions only ("outputPositions").';
  return [(guess.share >= UNEVEN.fault ? fault : remark)("uneven", message, remedy)];
}

function decoys({ variables }: CaseFacts): Finding[] {
  return variables
    .filter(({ effect, isConstant }) => effect === 0 && !isConstant)
    .map(({ name, pairs }) =>
      fault(
        "decoy",
        `the variable ${name} makes no difference: exchanged between ${pairs} pairs of inputs it never changes the output`,
        "Take it out of the program, or let what it says count; else the truth has edges that do nothing.",
      ),
    );
}

function silent({ variables, silent: nodes }: CaseFacts): Finding[] {
  const constant = variables.filter(({ isConstant }) => isConstant).map(({ name }) => name);
  if (constant.length === 0) return [];
  const where = nodes.length === 0 ? "" : ` (${nodes.join(", ")})`;
  const message = `of one value at each position, whatever the input: ${constant.join(", ")}${where}`;
  const remedy =
    "No exchange of inputs of one length shows them, so training cannot enforce them: measure recall without them, or use inputs of different lengths.";
  return [remark("silent", message, remedy)];
}

function local({ outputs }: CaseFacts): Finding[] {
  if (!outputs.isLocal) return [];
  const message =
    "each output follows from its position and the token there, so no attention is needed";
  return [
    remark(
      "local",
      message,
      "Let the output depend on other positions; else the circuit says little.",
    ),
  ];
}

function absent({ outputs: { absent: share } }: CaseFacts): Finding[] {
  if (share <= ABSENT || share === 1) return [];
  const message = `the output has no value at ${percent(share)} of positions, where nothing is learned`;
  return [
    remark(
      "absent",
      message,
      'Ask where there is one ("outputPositions"), or say what a missing value means ("orElse").',
    ),
  ];
}

function stopped({ stopped: count, inputs }: CaseFacts): Finding[] {
  if (count === 0) return [];
  const message = `on ${count} of ${inputs + count} inputs the program has no value`;
  return [remark("stops", message, 'Name the inputs that it is for ("inputs").')];
}
