import type { FunctionDefinition } from "../definition.ts";
import { juneRecipe } from "../recipe.ts";
import { flippedSubject, otherNames, subjectOf } from "./corruptions.ts";
import { EXTENDED_NOUNS, EXTENDED_TEMPLATES, templateSampler } from "./extended.ts";
import { GPT2_IDS, GPT2_VOCABULARY } from "./gpt2-ids.ts";
import { NOUNS, type Prompts, promptsOf, TEMPLATES } from "./prompts.ts";
import { FILLER, NAMES } from "./tokens.ts";
import { ioiVariables, OUTPUT } from "./variables.ts";

/** The nodes of the circuit, from the input to the output. */
const NODE = {
  input: "blocks.0.hook_resid_pre",
  mlp: "blocks.0.hook_mlp_out",
  duplicate: "blocks.1.attn.hook_result[1]",
  s_inhibition: "blocks.2.attn.hook_result[1]",
  name_mover: "blocks.4.attn.hook_result[1]",
  output: "blocks.5.hook_resid_post",
} as const;

/** What a case says of some prompts and the tokens in them, whose order is that of the classes. */
function promptFacts(prompts: Prompts) {
  const tokens = [...prompts.words, ...NAMES];
  return {
    vocab: tokens,
    minSeqLen: prompts.length + 1,
    maxSeqLen: prompts.length + 1,
    inputs: prompts,
    variables: ioiVariables(tokens),
    classes: tokens,
  } satisfies Partial<FunctionDefinition>;
}

/** What the IOI cases have in common. */
const IOI: Omit<FunctionDefinition, "id" | "task"> = {
  ...promptFacts(promptsOf(TEMPLATES, NOUNS)),
  causal: true,
  outputPositions: "last",
  corruptions: { other_names: otherNames, s2_io_flip: flippedSubject },
  foil: subjectOf,
  output: OUTPUT,
  places: {
    duplicate: [{ layer: 1, head: 1 }],
    s_inhibition: [{ layer: 2, head: 1 }],
    name_mover: [{ layer: 4, head: 1 }],
  },
  shape: {
    nLayers: 6,
    nHeads: 4,
    dHead: 16,
    actFn: "gelu_new",
    normalization: "LNPre",
    // That of GPT-2 small's width, 0.8/√768, which the original takes over.
    initializerRange: 0.8 / Math.sqrt(768),
  },
  shapes: {
    compact: { shape: { dMlp: 256 } },
    // What is left of GPT-2 small: its MLPs, its vocabulary, its positions.
    paper: {
      shape: { dMlp: 3072, nCtx: 1024 },
      ids: { size: GPT2_VOCABULARY, bos: GPT2_IDS[FILLER]!, of: GPT2_IDS },
    },
  },
  truth: [
    [NODE.input, NODE.duplicate],
    [NODE.input, NODE.s_inhibition],
    [NODE.input, NODE.name_mover],
    [NODE.mlp, NODE.duplicate],
    [NODE.mlp, NODE.s_inhibition],
    [NODE.mlp, NODE.name_mover],
    [NODE.duplicate, NODE.s_inhibition],
    [NODE.s_inhibition, NODE.name_mover],
    [NODE.name_mover, NODE.output],
  ],
  otherTruths: {
    mib: [
      [NODE.input, "blocks.0.hook_mlp_in"],
      [NODE.mlp, "blocks.1.hook_v_input[1]"],
      [NODE.mlp, "blocks.2.hook_v_input[1]"],
      [NODE.mlp, "blocks.4.hook_v_input[1]"],
      [NODE.duplicate, "blocks.2.hook_v_input[1]"],
      [NODE.s_inhibition, "blocks.4.hook_v_input[1]"],
      [NODE.name_mover, NODE.output],
    ],
  },
  recipe: juneRecipe({
    learningRate: 1e-3,
    epochs: 1000,
    clipGradNorm: 1,
    seed: 0,
  }),
  // Larger batches of more pairs, and names that stand out in the stream: a hundred have to be told apart.
  fast: {
    // Its heads have a hundred edges each: a run would take twice the time.
    edgeExchange: false,
    batchSize: 64,
    trainPairs: 131_072,
    validationPairs: 512,
    settleUpdates: 256,
    cycleUpdates: 12_288,
    initialization: "fan-in",
  },
  publishedShape: "paper",
};

/** Indirect object identification: who is given something by the one who is named twice. */
export const ioi: FunctionDefinition = {
  ...IOI,
  id: "ioi",
  task: "At the end of a sentence about two people, the name that was mentioned once.",
  caveats: [
    "the MLP of layer 0 is in the circuit, as the original has it, but holds no variable: training silences it like any other node",
  ],
};

/** The same with a model that the original meant to be trained on every next token. */
export const ioiNextToken: FunctionDefinition = {
  ...IOI,
  id: "ioi_next_token",
  task: "The same as of ioi, whose published twin was once trained on all next tokens.",
  caveats: [
    "trained like ioi: at its last state the original looks at the last token only, whatever the name says",
    ...ioi.caveats!,
  ],
};

const EXTENDED = promptsOf(EXTENDED_TEMPLATES, EXTENDED_NOUNS);

/** The same circuit on prompts of 64 templates of different lengths, which are drawn: there are too many to list. */
export const ioiExtended: FunctionDefinition = {
  ...IOI,
  id: "ioi_extended",
  task: "The same as of ioi, in sentences of many kinds, some of them about three people.",
  ...promptFacts(EXTENDED),
  sampler: templateSampler(EXTENDED_TEMPLATES, EXTENDED_NOUNS, EXTENDED.length),
  recipe: undefined,
  publishedShape: undefined,
  caveats: ioi.caveats,
};
