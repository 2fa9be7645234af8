/** Where a transformer comes from. */
export type ModelSource =
  /** Trained here with SIIT; `weights` is the original's code of the loss weights, e.g. `510`. */
  | { readonly kind: "siit"; readonly weights: string | undefined }
  /** Trained here on behaviour alone. */
  | { readonly kind: "natural" }
  /** Compiled from the case's RASP program. */
  | { readonly kind: "tracr" }
  /** The published InterpBench transformer of the case. */
  | { readonly kind: "interp-bench" }
  | { readonly kind: "hub"; readonly repository: string; readonly folder: string }
  /** An absolute path. */
  | { readonly kind: "folder"; readonly path: string };

/** A source of models that are trained here. */
export type TrainedSource = Extract<ModelSource, { readonly kind: "siit" | "natural" }>;

/** A model as text: `siit:510`, `hf:a/b/c`, a path. */
export function formatModel(source: ModelSource): string {
  switch (source.kind) {
    case "siit":
      return source.weights === undefined ? "siit" : `siit:${source.weights}`;
    case "hub":
      return `hf:${source.repository}/${source.folder}`;
    case "folder":
      return source.path;
    default:
      return source.kind;
  }
}
