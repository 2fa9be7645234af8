import type { z } from "zod";
import type { OriginalFlag } from "../discovery/index.ts";
import { type FlagSpec, flagSpecs, type OptionSources, resolveOptions } from "../flags/index.ts";
import type { JsonDocument, PluginAlgorithm, WorkerPool } from "../jobs/index.ts";
import { type CaseOpener, isProgramFile } from "../models/index.ts";
import type { Progress, Style } from "../report/index.ts";
import type { Io } from "./io.ts";
import { lazily } from "./lazily.ts";

/** What a command is handed besides its options. */
export interface Context {
  readonly io: Io;
  /** The words of the command: `train iit`. */
  readonly name: string;
  /** Whether the output will be the JSON document. */
  readonly wantsJson: boolean;
  /** Writes to standard error. */
  readonly progress: Progress;
  /** Aborted by Ctrl-C. Long work looks at it between steps, saves, and throws its reason. */
  readonly signal: AbortSignal;
  /**
   * Registers what must happen on Ctrl-C before the program ends, such as saving a checkpoint; the
   * latest registered runs first. Returns the function that takes it back.
   */
  onInterrupt(save: () => void | Promise<void>): () => void;
  /** Gives cases, of the catalogue or of program files, each of which is run once. */
  readonly openCase: CaseOpener;
  /** An error of the library with this command's flags where its hint names options. */
  readonly worded: <E>(error: E) => E;
  /** Where jobs run side by side. Absent where there are no threads to be had. */
  readonly workers?: WorkerPool | undefined;
}

/** What a command has to say: the same for programs and for people. */
export interface CommandOutput {
  /** The documents' schema is `interpbench/<kind>@1`. */
  readonly kind: string;
  /** One document, or an array of them. */
  readonly document: JsonDocument | readonly JsonDocument[];
  /** The same for people; ends with a newline unless empty. */
  readonly text: (style: Style) => string;
  /** 1 if some job failed. Default 0. */
  readonly exitCode?: 0 | 1;
}

/** A line of the examples in help: what to type and what it does. */
export interface Example {
  /** Without `interpbench`: `train iit -i 3`. */
  readonly command: string;
  readonly summary: string;
}

/** How a command is written down. */
export interface CommandDefinition<Options extends z.ZodObject> {
  /** Its words: `["train", "iit"]`. */
  readonly path: readonly string[];
  /** One line for lists of commands, without a full stop. */
  readonly summary: string;
  /** Further paragraphs for its own help. */
  readonly description?: string;
  /** Keys of options that are positional arguments, in order; a list may come last. */
  readonly arguments?: readonly (keyof z.output<Options> & string)[];
  /**
   * All options: one schema for flags, help, `--config` files and `--set`; or what makes it when the
   * command is meant.
   */
  readonly options: Options | (() => Options);
  readonly examples?: readonly Example[];
  /** The original's flags that are understood but not supported. */
  readonly retired?: readonly OriginalFlag[];
  /** Whether what it runs is not ours, whatever its options. Default false. */
  readonly isForeign?: boolean;
  /** The same command where there are algorithms of plugins; absent if it has nothing to do with them. */
  readonly withPlugins?: (plugins: readonly PluginAlgorithm[]) => Command;
  run(context: Context, options: z.output<Options>): CommandOutput | Promise<CommandOutput>;
}

/** A command, ready to be listed, parsed and run. */
export interface Command {
  readonly path: readonly string[];
  readonly summary: string;
  readonly description: string | undefined;
  readonly arguments: readonly FlagSpec[];
  readonly flags: readonly FlagSpec[];
  readonly examples: readonly Example[];
  readonly retired: readonly OriginalFlag[];
  readonly withPlugins?: CommandDefinition<z.ZodObject>["withPlugins"];
  /** The values of the options, checked (usage errors). */
  options(sources: OptionSources): Readonly<Record<string, unknown>>;
  /**
   * Whether it runs a program that is not ours, such as a file that is named by its options: it is then
   * run on a thread of its own, where there are threads, so that such a program can be stopped and can
   * stop nothing else.
   */
  isolate(options: Readonly<Record<string, unknown>>): boolean;
  /** Does the work; `options` are what the method of that name gave. */
  run(context: Context, options: Readonly<Record<string, unknown>>): Promise<CommandOutput>;
}

/**
 * Makes a command of its definition.
 *
 * ```ts
 * export const hello = defineCommand({
 *   path: ["hello"],
 *   summary: "Greet someone",
 *   arguments: ["name"],
 *   options: z.object({
 *     name: flag(z.string().default("world"), "Whom to greet"),
 *     times: flag(z.int().min(1).default(1), "How often", { short: "-n" }),
 *   }),
 *   run: (_, { name, times }) => ({
 *     kind: "hello",
 *     document: { name, times },
 *     text: (style) => `Hello ${style.bold(name)}!\n`.repeat(times),
 *   }),
 * });
 * ```
 */
export function defineCommand<Options extends z.ZodObject>(
  definition: CommandDefinition<Options>,
): Command {
  const { path, summary, description, options, isForeign = false } = definition;
  const { examples = [], retired = [] } = definition;
  const schema = lazily(() => (typeof options === "function" ? options() : options));
  const specs = lazily(() => flagSpecs(schema()));
  const positional: readonly string[] = definition.arguments ?? [];
  return {
    path,
    summary,
    description,
    get arguments() {
      return [
        ...positional.map((key) => specs().find((spec) => spec.key === key)!),
        ...specs().filter(({ facts }) => facts.isArgumentToo === true),
      ];
    },
    get flags() {
      return specs().filter(({ key }) => !positional.includes(key));
    },
    examples,
    retired,
    ...(definition.withPlugins && { withPlugins: definition.withPlugins }),
    options: (sources) => resolveOptions(schema(), specs(), sources),
    isolate: (values) => isForeign || specs().some((spec) => namesProgramFile(spec, values)),
    run: async (context, values) => definition.run(context, values as z.output<Options>),
  };
}

/** Whether any value of an option is a program file, which has to be run. */
function namesProgramFile({ key, facts }: FlagSpec, values: Readonly<Record<string, unknown>>) {
  const given = [values[key]].flat();
  return facts.isProgram === true && given.some((word) => isProgramFile(String(word)));
}
