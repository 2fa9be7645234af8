import { basename } from "node:path";
import { printable } from "../errors/index.ts";

/** What a document says of the model it is about, and of what the user wants it called. */
export interface TitledDocument {
  /** The model as it was asked for or is stored: `siit`, `folder:0123456789ab`, a path. */
  readonly model: string;
  /** Of `--title`. */
  readonly title?: string | null | undefined;
  /** Its case; `own` for a model and prompts of one's own. */
  readonly case: string;
}

/** The id of what belongs to no case. */
export const OWN = "own";

/**
 * What headings and pictures call a model: its title, or its name, of a folder the last part alone,
 * with its case: `siit of case 3`, `my-model`; escaped (see `printable`).
 */
export function modelTitle({ model, title, case: id }: TitledDocument): string {
  if (title != null) return printable(title);
  const name = /[/\\]/.test(model) ? basename(model.replaceAll("\\", "/")) : model;
  return printable(id === OWN ? name : `${name} of case ${id}`);
}
