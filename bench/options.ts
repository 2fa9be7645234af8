import { parseArgs } from "node:util";
import { InterpBenchError, unknownNameError } from "../src/errors/index.ts";
import { formatFacts } from "../src/report/index.ts";
import type { Section } from "./section.ts";

/** What was asked for. */
export interface BenchOptions {
  readonly wantsHelp: boolean;
  readonly wantsJson: boolean;
  /** In the order in which they run. */
  readonly sections: readonly Section[];
}

const FLAGS = { help: { type: "boolean", short: "h" }, json: { type: "boolean" } } as const;

/**
 * Reads the arguments. Throws `E_FLAG` for an unknown flag or a flag with a value, and `E_VALUE`
 * for an unknown section.
 */
export function readOptions(given: readonly string[], sections: readonly Section[]): BenchOptions {
  const { tokens } = parseArgs({
    args: [...given],
    options: FLAGS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = new Set<string>();
  const names = new Set<string>();
  const known = sections.map(({ name }) => name);
  for (const token of tokens) {
    if (token.kind === "option") {
      if (!Object.hasOwn(FLAGS, token.name)) {
        const spellings = Object.keys(FLAGS).map((name) => `--${name}`);
        throw unknownNameError("E_FLAG", "flag", token.rawName, spellings);
      }
      if (token.value !== undefined) {
        throw new InterpBenchError("E_FLAG", `${token.rawName} takes no value`, {
          received: token.value,
        });
      }
      flags.add(token.name);
    } else if (token.kind === "positional") {
      if (!known.includes(token.value)) {
        throw unknownNameError("E_VALUE", "section", token.value, known);
      }
      names.add(token.value);
    }
  }
  return {
    wantsHelp: flags.has("help"),
    wantsJson: flags.has("json"),
    sections: names.size === 0 ? sections : sections.filter(({ name }) => names.has(name)),
  };
}

/** How the bench is called. */
export function helpText(sections: readonly Section[]): string {
  const indented = (text: string) => text.replaceAll(/^(?=.)/gm, "  ");
  return `Usage: npm run bench [-- [section ...]]
       npm run --silent bench -- [section ...] --json

Times the engine and what is built on it, in turns with PyTorch where a Python with torch is
installed. Compare ratios within one run: single times depend on the machine and on what else it does.

Sections (default: all of them, about four minutes on two cores)
${indented(formatFacts(sections.map(({ name, summary }) => [name, summary])))}
Options
${indented(
  formatFacts([
    ["--json", "Write one JSON document to standard output"],
    ["--help", "Show this text"],
  ]),
)}
Environment
${indented(formatFacts([["INTERPBENCH_PYTHON", "The Python that is asked for torch (default: python3)"]]))}`;
}
