import {
  type Case,
  type CaseListing,
  compileCase,
  correspondence,
  type FunctionCase,
  functionCircuit,
  generateData,
  groundTruthCircuit,
  highLevelCircuit,
  highLevelModel,
  listCase,
  lowLevelConfig,
  silentNodes,
  storedExactness,
} from "../../cases/index.ts";
import { type Circuit, circuitTexts, edgeTexts, formatNode } from "../../circuit/index.ts";
import { programLines } from "../../report/index.ts";
import { Key } from "../../rng/index.ts";
import { type CompiledProgram, compileWarnings } from "../../tracr/index.ts";
import { vocabularyOf } from "../files.ts";
import { plainValue } from "../plain-value.ts";

/** Facts as JSON. */
type Facts = Readonly<Record<string, unknown>>;

/** A case in a list of all. */
export interface CaseRow extends Facts, CaseListing {
  readonly tags: readonly string[];
  /** The shortest input of variable length, BOS included. */
  readonly minSeqLen: number;
}

/** What a list of cases tells about one. Nothing is compiled. */
export function caseRow(case_: Case): CaseRow {
  const { tags, minSeqLen } = case_;
  return { ...listCase(case_), tags, minSeqLen };
}

/**
 * Everything that can be derived from a case, as a document.
 *
 * @param compiled what its program compiles to, if it has one
 */
export function caseDocument(case_: Case, compiled: CompiledProgram | undefined): Facts {
  const row = caseRow(case_);
  const low = lowLevelConfig(case_, {}, compiled);
  const truth = groundTruthCircuit(case_, {}, compiled);
  return {
    ...row,
    caveats: case_.caveats,
    vocab: case_.vocab,
    outputs: vocabularyOf(case_, compiled).outputs?.map(plainValue),
    ...(compiled === undefined ? {} : { program: programLines(compiled) }),
    ...(case_.kind === "functions"
      ? { variables: variableFacts(case_), output: case_.output }
      : {}),
    hl: compiled && compiledFacts(case_, compiled, row),
    ll: {
      ...row.ll,
      nCtx: low.nCtx,
      dVocab: low.dVocab,
      dVocabOut: low.dVocabOut,
      actFn: low.actFn,
      attentionDir: low.attentionDir,
      initializerRange: low.initializerRange,
    },
    exactness: storedExactness(case_),
    correspondence: correspondence(case_, {}, compiled).map(({ hl, label, ll }) => ({
      hlNode: hl.hook,
      hlIndex: hl.head,
      label,
      ll,
    })),
    circuits: {
      hl: edgeTexts(causalCircuit(case_, compiled)),
      groundTruth: { ...circuitTexts(truth), silent: silentNames(case_, compiled) },
    },
    recipe: case_.recipe,
  };
}

function compiledFacts(case_: Case, compiled: CompiledProgram, { hl }: CaseRow): object {
  const { config, residualLabels, craft } = compiled;
  const { initializerRange } = highLevelModel(case_, compiled).transformer.config;
  return {
    ...hl,
    nCtx: config.nCtx,
    dVocab: config.dVocab,
    dVocabOut: config.dVocabOut,
    actFn: config.actFn,
    attentionDir: config.attentionDir,
    initializerRange,
    residualLabels,
    blocks: craft.blocks.map((block) => ({
      kind: block.kind,
      heads: block.kind === "attention" ? block.heads.length : 0,
    })),
    warnings: compileWarnings(compiled),
  };
}

/** Who reads whom: nodes of the compiled transformer, or variables. */
function causalCircuit(case_: Case, compiled: CompiledProgram | undefined): Circuit {
  if (case_.kind === "functions") return functionCircuit(case_);
  return highLevelCircuit(compiled ?? compileCase(case_), "acdc_hooks");
}

const variableFacts = ({ variables }: FunctionCase) =>
  Object.entries(variables).map(([name, { reads }]) => ({ name, reads }));

/** The nodes of the truth that no exchange of some inputs of the case shows. */
export function silentNames(case_: Case, compiled: CompiledProgram | undefined): readonly string[] {
  const data = generateData(case_, { key: Key.fromSeed(0), size: 100 });
  return silentNodes(case_, data, {}, compiled).map(formatNode);
}
