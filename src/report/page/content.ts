/** What a page of the explorer is given besides its program: data in its file, or the names of files. */
export interface PageContent {
  readonly schema: typeof PAGE_SCHEMA;
  /** Whether everything is in the file, lies beside it, or is served by a program that also runs jobs. */
  readonly kind: "report" | "site" | "serve";
  readonly title: string;
  /** The package that made the page. */
  readonly version: string;
  readonly results: readonly PageResult[];
  readonly models: readonly PageModel[];
}

/** The only version of contents there is. */
export const PAGE_SCHEMA = "interpbench/page@1";

/** A stored result. */
export interface PageResult {
  /** What it is called in addresses within the page. */
  readonly name: string;
  readonly kind: string;
  readonly case: string;
  /** The model that it is about; `undefined` where the page cannot have it. */
  readonly model: PageModelRef | undefined;
  /** `result.json` with its provenance and, of a training, its history; `undefined` where it is to be fetched. */
  readonly document: Readonly<Record<string, unknown>> | undefined;
}

/** One of {@link PageContent.models}, or what the page compiles of the program of a case by itself. */
export type PageModelRef =
  | { readonly kind: "loaded"; readonly name: string }
  | { readonly kind: "compiled"; readonly case: string };

/** A model that the page can run. */
export interface PageModel {
  readonly name: string;
  /** In words: `zoo model, case 3, seed 1`. */
  readonly title: string;
  readonly case: string | undefined;
  /** Whether it was compiled, and not trained. */
  readonly isCompiled: boolean;
  readonly files: PageModelFiles | undefined;
  /** What an audit has found of its nodes, or that it is to be fetched; absent where there is no audit. */
  readonly effects?: PageEffects | "fetched" | undefined;
}

/** What putting each node of a model out of action does. */
export interface PageEffects {
  /** Pairs of inputs between which nodes were exchanged, and inputs on which they carried constants. */
  readonly pairs: number;
  readonly inputs: number;
  /** Whether these are all there are. */
  readonly isExhaustive: boolean;
  /** Heads and MLPs in order of execution, as what they write, with the share of runs that lose a right output. */
  readonly nodes: readonly PageNodeEffects[];
}

/** Shares of runs, by what the node carries: its value on another input, its mean at each position, 0. */
export interface PageNodeEffects {
  /** `blocks.0.hook_mlp_out` */
  readonly text: string;
  readonly resample: number;
  readonly mean: number;
  readonly zero: number;
}

/** The files of a model folder as texts; `undefined` in {@link PageModel} where they are to be fetched. */
export interface PageModelFiles {
  readonly config: string;
  /** `model.safetensors`, compressed by gzip, in base64. */
  readonly weights: string;
  readonly circuit: string | undefined;
}
