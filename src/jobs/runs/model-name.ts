import { basename } from "node:path";
import { formatModel, type ModelSource } from "../../models/index.ts";

/** What documents of many runs call their model: of a folder, the last part of its path. */
export const modelNameOf = (model: ModelSource): string =>
  model.kind === "folder" ? basename(model.path) : formatModel(model);
