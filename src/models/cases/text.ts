import {
  type Case,
  type CorrespondenceEntry,
  correspondence,
  countInputs,
  type FunctionCase,
  groundTruthCircuit,
  lowLevelConfig,
  storedExactness,
} from "../../cases/index.ts";
import { printable } from "../../errors/index.ts";
import { type RaspValue, showValue, showValues } from "../../rasp/index.ts";
import {
  type Column,
  drawCircuitText,
  drawWiring,
  formatFacts,
  formatProgram,
  formatTable,
  type Style,
  sectionText,
  wrapText,
} from "../../report/index.ts";
import { type CompiledProgram, compileWarnings } from "../../tracr/index.ts";
import { countParameters, type TransformerConfig } from "../../transformer/index.ts";
import { vocabularyOf } from "../files.ts";
import { exactnessText } from "./exactness-text.ts";
import { silentNames } from "./facts.ts";

/** Where the values of facts are broken, and what stands before their further lines. */
const FACT_WIDTH = 86;
const FACT_INDENT = `\n${" ".repeat("input length  ".length)}`;

/** More classes than these are not listed. */
const MANY_CLASSES = 30;

/**
 * What `caseDocument` says, for people: facts, program or variables, the compiled transformer, the one
 * to train, the truth, the recipe; sections with an empty line between.
 *
 * @param compiled what its program compiles to, if it has one
 */
export function caseText(case_: Case, compiled: CompiledProgram | undefined, style: Style): string {
  const { id, task, tags, recipe, caveats } = case_;
  const low = lowLevelConfig(case_, {}, compiled);
  const truth = groundTruthCircuit(case_, {}, compiled);
  return [
    `${style.bold(`Case ${printable(id)}`)}  ${printable(task)}\n${style.dim(printable(tags.join(" · ")))}\n`,
    ...caveats.map((caveat) => `${style.yellow("Caveat:")} ${printable(caveat)}\n`),
    formatFacts(facts(case_, compiled), style),
    ...(case_.kind === "functions" ? [variablesText(case_, style)] : []),
    ...(compiled === undefined ? [] : programTexts(case_, compiled, style)),
    sectionText(
      "Transformer to train",
      trainedText(low),
      correspondenceText(case_, compiled, style),
      style,
    ),
    sectionText(
      "Ground truth",
      "the circuit that a trained transformer must have",
      drawCircuitText({ shape: low, circuit: truth }, style) + silentText(case_, compiled),
      style,
    ),
    sectionText(
      "Recipe",
      recipe.origin === "published" ? "of the published model" : "no model is published",
      formatFacts(
        Object.entries(recipe).filter(([name, value]) => name !== "origin" && value !== undefined),
        style,
      ),
      style,
    ),
  ].join("\n");
}

/** What there is to say of a program and of what it compiles to. */
function programTexts(case_: Case, compiled: CompiledProgram, style: Style): string[] {
  const exactness = storedExactness(case_);
  const note = "in RASP, one line per sub-expression";
  return [
    sectionText("Program", note, formatProgram(compiled, style), style),
    sectionText(
      "Compiled transformer",
      shapeText(compiled.config),
      drawWiring(compiled, style),
      style,
    ),
    ...compileWarnings(compiled).map(
      ({ node, message }) => `${style.yellow("Warning:")} ${printable(`${node}: ${message}`)}\n`,
    ),
    ...(exactness === undefined
      ? []
      : [
          sectionText(
            "Exactness",
            "of the compiled transformer, measured against the program",
            exactnessText(exactness, style),
            style,
          ),
        ]),
  ];
}

/** The variables, one per line, each with what it is a function of. */
function variablesText({ variables, output }: FunctionCase, style: Style): string {
  const rows = Object.entries(variables).map(([name, { reads }]) => ({ name, reads }));
  const body = formatTable<(typeof rows)[number]>(
    [
      { heading: "variable", value: ({ name }) => name },
      { heading: "reads", value: ({ reads }) => reads.join(", ") },
      { heading: "", value: ({ name }) => (name === output ? "← output" : "") },
    ],
    rows,
    style,
  );
  return sectionText("Variables", "functions of what they read", body, style);
}

/** Which nodes of the truth nobody can find. */
function silentText(case_: Case, compiled: CompiledProgram | undefined): string {
  const names = silentNames(case_, compiled);
  if (names.length === 0) return "";
  return `\nSilent: ${names.join(", ")}\nNo exchange of inputs shows what is computed there: it never changes, or makes no difference.\n`;
}

function facts(
  case_: Case,
  compiled: CompiledProgram | undefined,
): [name: string, value: string][] {
  const { vocab, minSeqLen, maxSeqLen, causal, outputPositions } = case_;
  const rows: [name: string, value: string][] = [
    ["vocabulary", `${vocab.length} tokens ${valuesText(vocab)}, and BOS, PAD`],
    ["input length", `${maxSeqLen} tokens with BOS (at least ${minSeqLen} of variable length)`],
    ["inputs", `${inputCountText(case_)} of full length`],
    ["drawn", drawingText(case_)],
    [
      "output",
      `${outputText(vocabularyOf(case_, compiled).outputs)} at ${positionsText(outputPositions)}`,
    ],
    ["attention", causal ? "causal" : "bidirectional"],
    ...namesRow("corrupted", case_.corruptions),
    ...namesRow("shapes", case_.kind === "functions" ? case_.shapes : {}),
    ...namesRow("other truths", case_.kind === "functions" ? case_.otherTruths : {}),
  ];
  return rows.map(([name, value]) => [name, wrapText(value, FACT_WIDTH).join(FACT_INDENT)]);
}

function positionsText(positions: Case["outputPositions"]): string {
  if (positions === "notFirst") return "every position";
  return positions === "last" ? "the last position" : `${positions.join(", ")} (BOS is 0)`;
}

function outputText(classes: readonly RaspValue[] | undefined): string {
  if (classes === undefined) return "a number";
  if (classes.length <= MANY_CLASSES)
    return `a class of ${classes.length}, ${valuesText(classes)},`;
  return `a class of ${classes.length}, from ${showValue(classes[0]!)} to ${showValue(classes.at(-1)!)},`;
}

function shapeText(
  config: Pick<TransformerConfig, "nLayers" | "nHeads" | "dModel" | "dHead" | "dMlp" | "actFn">,
): string {
  const { nLayers, nHeads, dModel, dHead, dMlp, actFn } = config;
  return `${nLayers} × ${nHeads} heads, d_model ${dModel}, d_head ${dHead}, d_mlp ${dMlp}, ${actFn}`;
}

function trainedText(config: TransformerConfig): string {
  return `${shapeText(config)}, ${countParameters(config)} parameters`;
}

function correspondenceText(
  case_: Case,
  compiled: CompiledProgram | undefined,
  style: Style,
): string {
  const columns: readonly Column<CorrespondenceEntry>[] = [
    { heading: "variable", value: ({ label }) => label },
    ...(compiled === undefined
      ? []
      : [{ heading: "compiled", value: ({ hl }: CorrespondenceEntry) => shortName(hl) }]),
    { heading: "trained", value: ({ ll }) => ll.map(shortName).join(", ") },
  ];
  return formatTable(columns, correspondence(case_, {}, compiled), style);
}

/** `a1.2` for a head's result, `m0` for an MLP's neurons. */
function shortName({
  hook,
  head,
}: {
  readonly hook: string;
  readonly head: number | null;
}): string {
  const layer = /^blocks\.(\d+)\./.exec(hook)?.[1] ?? "?";
  return head === null ? `m${layer}` : `a${layer}.${head}`;
}

function drawingText({ sampler, inputs }: Case): string {
  if (sampler !== undefined) return "by the case's own sampler, which balances outputs";
  return inputs === undefined ? "tokens at random" : "any input as likely as others";
}

/** A fact that is a list of names, if there are any. */
function namesRow(name: string, named: object): [name: string, value: string][] {
  const names = Object.keys(named);
  return names.length === 0 ? [] : [[name, names.map(printable).join(", ")]];
}

/** More values than this are abbreviated if they are consecutive integers. */
const FEW = 12;

/** A set of values in full, but for consecutive integers: `{0, 1, 2, …, 99}`. */
function valuesText(values: readonly RaspValue[]): string {
  const isRange = values.every((value, i) => value === Number(values[0]) + i);
  if (!isRange || values.length <= FEW) return showValues(values, values.length);
  return `{${values.slice(0, 3).join(", ")}, …, ${values.at(-1)}}`;
}

/** Numbers of inputs from here on are shown rounded, too. */
const MANY = 10n ** 15n;

/** `256`, or `26^59, about 3e+83`. */
function inputCountText(case_: Case): string {
  const count = countInputs(case_);
  if (count < MANY) return String(count);
  return `${case_.vocab.length}^${case_.maxSeqLen - 1}, about ${Number(count).toExponential(1)}`;
}
