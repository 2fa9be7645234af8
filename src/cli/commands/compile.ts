import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { allCases } from "../../cases/index.ts";
import { flag, UsageError, waitAsUsage } from "../../flags/index.ts";
import { parseJson } from "../../formats/index.ts";
import { compilationText, preparePlan } from "../../jobs/index.ts";
import type { CaseSource } from "../../models/index.ts";
import { isRaspValue, type RaspValue } from "../../rasp/index.ts";
import { calledCase, oneCase } from "../cases/selection.ts";
import { type Context, defineCommand } from "../command.ts";
import { commandJobs } from "../job-context.ts";
import { runJobs } from "../jobs.ts";
import { jobOptions } from "../options/common.ts";

const { outputDir, force, dryRun } = jobOptions;
const fileOnly = { group: "Programs of your own" };

/** `compile`: RASP to transformer weights, as a model folder. */
export const compile = defineCommand({
  path: ["compile"],
  summary: "Compile a RASP program to a transformer, written as a model folder",
  description: [
    "The program is that of a case, or of a JavaScript or TypeScript module whose default export is an object with program, vocab, maxSeqLen (BOS included) and causal, or a function that makes it from the RASP library. The module is run, so compile only files that you trust:",
    '  export default ({ makeCount, tokens }) => ({\n    program: makeCount(tokens, "a"),\n    vocab: ["a", "b"],\n    maxSeqLen: 6,\n  });',
    "The same library can be imported from interpbench/rasp, wherever the file lies. A program that is for some sequences only names them (inputs: a list, or a function that tests one). Program and transformer are run on the same inputs, to tell how exact the transformer is.\n\nThe folder holds model.safetensors and config.json (TransformerLens keys), circuit.json (the circuit, which is known), tokens.json (what token ids and classes stand for) and result.json (exactness, labels of the residual stream).",
  ].join("\n\n"),
  arguments: ["program"],
  options: z.object({
    program: flag(z.string(), "A case, or a JavaScript or TypeScript file", { isProgram: true }),
    vocab: flag(z.string().optional(), "The tokens of a file's program, as a JSON array", {
      ...fileOnly,
      placeholder: "JSON",
      defaultText: "what the file exports",
    }),
    maxSeqLen: flag(z.int().min(2).optional(), "The longest input, BOS included", {
      ...fileOnly,
      unit: "tokens",
      defaultText: "what the file exports",
    }),
    causal: flag(z.boolean().optional(), "Let positions attend to earlier ones only", {
      ...fileOnly,
      defaultText: "what the file exports, else off",
    }),
    outputDir,
    force,
    dryRun,
  }),
  examples: [
    { command: "compile 3", summary: "Case 3 as weights" },
    {
      command: "compile count-a.mjs",
      summary: "A program of your own, in JavaScript or TypeScript",
    },
  ],
  async run(context, options) {
    const source = wantedCase(context, options);
    const { case_ } = await waitAsUsage(() => context.openCase(source));
    const plan = { kind: "compile", subject: { case: source } };
    // What cannot be compiled is refused, as what is no program is.
    await waitAsUsage(() => preparePlan(plan, commandJobs(context, options.outputDir)));
    return runJobs(context, options, {
      kind: "compile",
      jobs: [{ case: case_.id, plan }],
      text: (document, style) => compilationText(document, case_, style),
    });
  },
});

interface ProgramChoice {
  readonly program: string;
  readonly vocab?: string | undefined;
  readonly maxSeqLen?: number | undefined;
  readonly causal?: boolean | undefined;
}

/** The case that is asked for. */
function wantedCase({ io }: Context, choice: ProgramChoice): CaseSource {
  const { program, vocab, maxSeqLen, causal } = choice;
  const source = calledCase(program, io.cwd, "PROGRAM")?.source ?? existing(program, io);
  if (source !== undefined && "file" in source)
    return { ...source, vocab: parseVocab(vocab), maxSeqLen, causal };
  const given = [
    vocab === undefined ? "" : "--vocab",
    maxSeqLen === undefined ? "" : "--max-seq-len",
    causal === undefined ? "" : "--causal",
  ].filter((name) => name !== "");
  const { id } = source ?? oneCase(program, "PROGRAM");
  if (given.length === 0) return { id };
  throw new UsageError("E_FLAG", "a case brings its own inputs", {
    expected: `no ${given.join(", ")} with case "${id}"`,
    received: given.join(", "),
    hint: "These flags are for programs in files.",
  });
}

/** A file that no name tells from a case, unless there is a case of that name. */
function existing(program: string, { cwd }: Context["io"]): CaseSource | undefined {
  const isCase = allCases().some(({ id }) => id === program.trim().toLowerCase());
  return !isCase && existsSync(resolve(cwd, program)) ? { file: program } : undefined;
}

function parseVocab(text: string | undefined): readonly RaspValue[] | undefined {
  if (text === undefined) return undefined;
  const refuse = (received: string, cause?: unknown) =>
    new UsageError("E_VALUE", "a value is not valid", {
      at: "--vocab",
      expected: `a JSON array of tokens, such as '["a","b"]'`,
      received,
      cause,
    });
  let value: unknown;
  try {
    value = parseJson(text, "--vocab");
  } catch (cause) {
    throw refuse(`"${text}"`, cause);
  }
  if (Array.isArray(value) && value.every(isRaspValue)) return value;
  throw refuse(text);
}
