import { z } from "zod";
import { DEFAULT_REVISION, formatPlace } from "./hub/place.ts";

/** Where a transformer comes from: plain data. */
export type ModelSource =
  /** Trained here with SIIT; `weights` is the original's code of the loss weights, e.g. `510`. */
  | {
      readonly kind: "siit";
      readonly weights?: string | undefined;
      /** Whether that of the zoo is meant where none has been trained here. Default false. */
      readonly orZoo?: boolean | undefined;
    }
  /** The model of the case that comes with this package; `seed`: default the first there is. */
  | { readonly kind: "zoo"; readonly seed?: number | undefined }
  /** Trained here on behaviour alone. */
  | { readonly kind: "natural" }
  /** Made by a job; `name` is what the store calls its result: `train-iit/3/0123456789ab`. */
  | { readonly kind: "result"; readonly name: string }
  /** Compiled from the case's RASP program. */
  | { readonly kind: "tracr" }
  /** The published InterpBench transformer of the case. */
  | { readonly kind: "interp-bench" }
  /** A transformer of the Hugging Face hub. */
  | {
      readonly kind: "hub";
      /** `OWNER/REPO`. */
      readonly repository: string;
      /** Default: the id of the case, or the repository itself if there is no case. */
      readonly folder?: string | undefined;
      /** A branch, a tag or a commit. Default `main`. */
      readonly revision?: string | undefined;
    }
  /** A folder with a model's files. */
  | { readonly kind: "folder"; readonly path: string };

const text = z.string().min(1);
const only = <Kind extends ModelSource["kind"]>(kind: Kind) =>
  z.strictObject({ kind: z.literal(kind) });

/** A {@link ModelSource} in JSON. */
export const modelSourceSchema = z.discriminatedUnion("kind", [
  only("siit").extend({ weights: text.optional(), orZoo: z.boolean().optional() }),
  only("zoo").extend({ seed: z.int().min(0).optional() }),
  only("natural"),
  only("result").extend({ name: text }),
  only("tracr"),
  only("interp-bench"),
  only("hub").extend({
    repository: text,
    folder: text.optional(),
    revision: text.optional(),
  }),
  only("folder").extend({ path: text }),
]);

/** The source of this kind. */
export type SourceOf<Kind extends ModelSource["kind"]> = Extract<
  ModelSource,
  { readonly kind: Kind }
>;

/** Whether a source means one transformer, whatever the case. */
export const isOneModel = (source: ModelSource): boolean =>
  source.kind === "folder" || (source.kind === "hub" && source.folder !== undefined);

/** A model as text: `siit:510`, `hf:a/b/c`, a path. */
export function formatModel(source: ModelSource): string {
  switch (source.kind) {
    case "siit":
      return source.weights === undefined ? "siit" : `siit:${source.weights}`;
    case "zoo":
      return source.seed === undefined ? "zoo" : `zoo:seed${source.seed}`;
    case "result":
      return source.name;
    case "hub": {
      const { repository, folder = "", revision = DEFAULT_REVISION } = source;
      return formatPlace({ repository, folder, revision });
    }
    case "folder":
      return source.path;
    default:
      return source.kind;
  }
}
