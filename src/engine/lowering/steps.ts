/** What the kernels can do; their place here is the number they know it by. */
export const OPCODES = [
  "unary",
  "unaryPair",
  "binary",
  "where",
  "copy",
  "fill",
  "reduce",
  "argmax",
  "softmax",
  "softmaxGradient",
  "logSoftmax",
  "crossEntropy",
  "crossEntropyGradient",
  "embed",
  "scatterRows",
  "pick",
  "spread",
  "contractShared",
  "contractTiled",
  "contractReduced",
  "contractPlain",
  "load",
  "store",
  "sampleMask",
  "batchSum",
  "contractSparse",
  "attention",
] as const;
export type Opcode = (typeof OPCODES)[number];

/** Memory for one value. Addresses are given out by `allocate`. */
export type Storage =
  /** Per sample, for one tile of sequences. */
  | { readonly space: "tile"; readonly size: number }
  /** One for the batch. */
  | { readonly space: "shared"; readonly size: number }
  /** One for the batch, the same in every run. */
  | { readonly space: "constant"; readonly size: number }
  /** One for the batch, set before a run and never overwritten by it. */
  | { readonly space: "scalar"; readonly size: number }
  /** Sums over the batch: zero when the tiles start. */
  | { readonly space: "accumulator"; readonly size: number }
  /** Memory given by the caller. */
  | { readonly space: "binding"; readonly slot: number };

/** An operand of a step: memory and a position in it, in elements. */
export interface Operand {
  readonly storage: Storage;
  readonly offset: number;
}

/** One of an instruction's words, or a table of them. */
export type Word = number | Int32Array | Operand;

/** One instruction, with operands instead of addresses. */
export interface Step {
  readonly opcode: Opcode;
  readonly words: readonly Word[];
  /** Of a contraction, for one sequence (or once); 0 for everything else. */
  readonly multiplyAdds: number;
}

/** Bindings that come first, before those of inputs and outputs: constants and scalars. */
export const OWN_BINDINGS = 2;

/** What a binding slot stands for. */
export type BindingSlot =
  | {
      readonly kind: "sample";
      readonly name: string;
      readonly width: number;
      readonly rowsSlot: number;
    }
  | { readonly kind: "parameter"; readonly name: string }
  | {
      readonly kind: "output";
      readonly name: string;
      readonly size: number;
      readonly perSample: boolean;
    };

/** A program as steps in three phases: once before the tiles, per tile, once after them. */
export interface Schedule {
  readonly before: readonly Step[];
  readonly perTile: readonly Step[];
  readonly after: readonly Step[];
  readonly bindings: readonly BindingSlot[];
  readonly constants: readonly { readonly storage: Storage; readonly values: Float64Array }[];
  readonly scalars: readonly { readonly storage: Storage; readonly name: string }[];
  readonly batchSize: Storage | undefined;
}

export const isOperand = (word: Word): word is Operand =>
  typeof word !== "number" && "storage" in word;

/** The operands among a step's words. */
export function operandsOf(step: Step): Operand[] {
  return step.words.filter(isOperand);
}
