import { z } from "zod";
import {
  type Case,
  getCase,
  isGeneratedName,
  type ProgramOptions,
  withShape,
} from "../../cases/index.ts";
import { type GeneratedOpener, generatedOpener } from "./generated.ts";
import { loadProgram, type ProgramPlace } from "./program-file.ts";

/**
 * Where a case comes from, by its id or name (`3`, `generated:5/7`) or a program file: plain data.
 */
export type CaseSource = (
  | { readonly id: string }
  | ({ readonly file: string } & ProgramOptions)
) & {
  /** One of its shapes by name. Default: the first; that of the model, where one is looked at. */
  readonly shape?: string | undefined;
};

const shape = z.string().min(1).optional();

/** A {@link CaseSource} in JSON. */
export const caseSourceSchema = z.union(
  [
    z.strictObject({ id: z.string().min(1), shape }),
    z.strictObject({
      file: z.string().min(1),
      vocab: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
      maxSeqLen: z.int().optional(),
      causal: z.boolean().optional(),
      shape,
    }),
  ],
  { error: 'the id of a case, such as { "id": "3" }, or a program file, { "file": "mine.mjs" }' },
);

/** A case, and the SHA-256 of the text of its file if it comes from one. */
export interface OpenedCase {
  readonly case_: Case;
  readonly sourceSha256?: string | undefined;
}

/** Gives the case of a source. */
export type CaseOpener = (source: CaseSource) => Promise<OpenedCase>;

/**
 * Opens cases; the same source gives the same case, so that a program file is run once, and a case is generated
 * once. `E_CASE` for
 * an id or a shape that is not known, and what {@link loadProgram} refuses.
 */
export function caseOpener(place: ProgramPlace): CaseOpener {
  const opened = new Map<string, Promise<OpenedCase>>();
  const generated = generatedOpener();
  return (source) => {
    const key = JSON.stringify(source);
    const known = opened.get(key);
    if (known !== undefined) return known;
    const fresh = openCase(source, place, generated);
    opened.set(key, fresh);
    return fresh;
  };
}

async function openCase(
  { shape, ...source }: CaseSource,
  place: ProgramPlace,
  generated: GeneratedOpener,
): Promise<OpenedCase> {
  const opened = await openUnshaped(source, place, generated);
  return shape === undefined ? opened : { ...opened, case_: withShape(opened.case_, shape) };
}

async function openUnshaped(
  source: CaseSource,
  place: ProgramPlace,
  generated: GeneratedOpener,
): Promise<OpenedCase> {
  if (!("id" in source)) {
    const { file, ...options } = source;
    return loadProgram(file, place, options);
  }
  return isGeneratedName(source.id) ? generated(source.id) : { case_: getCase(source.id) };
}
