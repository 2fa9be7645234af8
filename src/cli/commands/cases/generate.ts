import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { CASE_SIZES, MOST_CASES } from "../../../cases/index.ts";
import { InterpBenchError, reasonOf } from "../../../errors/index.ts";
import { flag, UsageError } from "../../../flags/index.ts";
import {
  caseFolderContent,
  generateCases,
  generatedText,
  secretSeed,
  writeCaseFolder,
} from "../../../models/index.ts";
import { type Context, defineCommand } from "../../command.ts";
import { jobOptions } from "../../options/common.ts";

const group = "Programs";

const options = z.object({
  count: flag(z.int().min(1).max(MOST_CASES).default(20), "How many"),
  seed: flag(z.int().min(0).optional(), "Seed of the cases", {
    defaultText: "1234",
  }),
  secretSeedFile: flag(z.string().min(1).optional(), "A file whose bytes are the seed", {
    placeholder: "FILE",
    defaultText: "none",
  }),
  outputDir: flag(z.string().min(1).optional(), "Write them into this folder", {
    short: "-o",
    placeholder: "FOLDER",
    defaultText: "nowhere: their names say all",
  }),
  size: flag(z.enum(CASE_SIZES).default("small"), "How large they are", { group }),
  causal: flag(z.boolean().optional(), "Let positions attend to earlier ones only", {
    group,
    defaultText: "drawn",
  }),
  categorical: flag(z.boolean().optional(), "Let outputs be classes, else numbers", {
    group,
    defaultText: "drawn",
  }),
});

/** `cases generate`: fresh cases of a seed. */
export const casesGenerate = defineCommand({
  path: ["cases", "generate"],
  summary: "Make fresh cases that nobody can have tuned to",
  description: [
    "Random programs that are worth asking about: not constant, not trivial, every part of use, compiled exactly, different from each other and from the catalogue. The same seed gives the same cases everywhere, and -i generated:SEED/NUMBER means one of them in every command, without a file.",
    "A folder (-o) holds a program file and a description of each; -i FOLDER means all of them. With a secret seed the folder is the only place that they are in, and its hash can be published beforehand; docs/generated-cases.md says how a lab keeps such a set.",
  ].join("\n\n"),
  options,
  examples: [
    { command: "cases generate --count 5 --seed 7", summary: "Five small cases" },
    {
      command: "cases generate --seed 7 --size medium --causal -o fresh",
      summary: "Twenty larger ones as files",
    },
    { command: "cases show generated:7/3", summary: "All about one of them" },
  ],
  async run(context, choice) {
    const { size, causal, categorical, count, outputDir } = choice;
    const secret = wantedSecret(context, choice);
    const seed = secret?.name ?? String(choice.seed ?? jobOptions.seed.parse(undefined));
    const line = context.progress.begin("cases generate", { unit: "cases", total: count });
    const request = {
      series: { seed, family: { size, causal, categorical } },
      count,
      secret,
      signal: context.signal,
      onCase: (done: number) => line.update(done, {}),
    };
    const cases = await generateCases(request);
    line.finish();
    const content = caseFolderContent(request, cases);
    const written =
      outputDir === undefined
        ? content.index
        : await writeCaseFolder(resolve(context.io.cwd, outputDir), content, context.signal);
    const { schema: _, ...index } = written;
    const document = { ...index, folder: outputDir ?? null };
    return { kind: "cases-generate", document, text: (style) => generatedText(document, style) };
  },
});

function wantedSecret({ io }: Context, choice: z.output<typeof options>) {
  const { secretSeedFile: file, seed, outputDir } = choice;
  if (file === undefined) return undefined;
  if (seed !== undefined || outputDir === undefined) {
    throw new UsageError("E_FLAG", "cases of a secret seed are files, and have no other seed", {
      expected: "--secret-seed-file FILE -o FOLDER",
      received: seed === undefined ? "no -o" : "--seed, too",
    });
  }
  try {
    return secretSeed(readFileSync(resolve(io.cwd, file)), file);
  } catch (cause) {
    if (cause instanceof InterpBenchError) throw cause;
    throw new UsageError("E_FILE", "the secret seed cannot be read", {
      at: file,
      received: reasonOf(cause),
      cause,
    });
  }
}
