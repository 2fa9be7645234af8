import type { Case } from "../cases/index.ts";
import type { Circuit } from "../circuit/index.ts";
import type { Store } from "../store/index.ts";
import type { ModelAdvice } from "./advice.ts";
import type { HubAccess } from "./hub/pull.ts";
import { hashOfModel, type ModelContent } from "./identity.ts";

/** A transformer to work on, and what is known about it. */
export interface FoundModel extends ModelContent {
  /** What stored results call it, wherever it lies: `siit`, `tracr`, `folder:0123456789ab`. */
  readonly storedName: string;
  readonly origin: ModelOrigin;
  /** The circuit it has, at head granularity; `undefined` if nobody knows. */
  readonly truth: Circuit | undefined;
  /** The artefacts it comes from, as the store names them. */
  readonly parents: readonly string[];
  /** SHA-256 of everything that decides results about it. */
  readonly sha256: string;
  /** Whether it has the layers and heads of the compiled transformer. */
  readonly sameSize: boolean;
  readonly remarks: readonly string[];
}

/** A model and the case that it was looked for with, in the shape that it has. */
export interface FittingModel extends FoundModel {
  readonly case_: Case | undefined;
}

/** How a transformer came to be, as far as that is known. */
export type ModelOrigin =
  /** Compiled from the program of a case: it is its own high-level model. */
  | { readonly kind: "compiled" }
  /** Trained by a job whose result is in this folder. */
  | { readonly kind: "trained"; readonly folder: string }
  /** Trained for the zoo, which comes with this package. */
  | { readonly kind: "zoo"; readonly folder: string }
  /** Read from a folder that may come from anywhere. */
  | { readonly kind: "folder"; readonly folder: string };

/** What a model is looked for with, besides its source. */
export interface ModelRequest {
  /** Absent for a transformer that belongs to no case we know. */
  readonly case_?: Case | undefined;
  /** Whether it is to have the shape of `case_`, instead of any shape of that case. Default false. */
  readonly isShapeGiven?: boolean | undefined;
  /** Where trained models lie. */
  readonly store: Store;
  /** Where the zoo lies. Default: in this package. */
  readonly zoo?: string | undefined;
  /** Relative paths of folders start here. */
  readonly folder: string;
  /** How the hub is reached. Default: as the environment variables of this process say. */
  readonly hub?: HubAccess | undefined;
  /** What can be done where the model cannot be had. Default {@link DEFAULT_ADVICE}. */
  readonly advice?: { readonly [Reason in keyof ModelAdvice]?: string | undefined } | undefined;
}

/** What is known of a model besides its content and origin. */
export type KnownModelFacts = Partial<Pick<FoundModel, "storedName" | "parents">>;

/** A model of its content and origin; it is called by its hash unless it has another name. */
export function foundModel(
  { transformer, truth, sameSize, remarks = [] }: ModelContent,
  origin: ModelOrigin,
  known: KnownModelFacts = {},
): FoundModel {
  const content = { transformer, truth, sameSize };
  const sha256 = hashOfModel(content);
  const { storedName = `folder:${sha256.slice(0, 12)}`, parents = [] } = known;
  return { ...content, remarks, origin, storedName, parents, sha256 };
}
