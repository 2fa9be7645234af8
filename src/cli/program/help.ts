import type { FlagSpec } from "../../flags/index.ts";
import { placeholderOf } from "../../flags/index.ts";
import { type Style, wrapText } from "../../report/index.ts";
import type { Example } from "../command.ts";

/** A flag as help lists it: `-s, --strict-weight N`, `--[no-]early-stop`. */
export function flagTerm(spec: FlagSpec): string {
  const { facts, long, type, fallback } = spec;
  const others = [facts.short, ...(facts.aliases ?? [])].filter(
    (name) => name?.startsWith("--") === false,
  );
  const name = type.kind === "switch" && fallback === true ? `--[no-]${long.slice(2)}` : long;
  const value = placeholderOf(spec);
  return `${[...others, name].join(", ")}${value === "" ? "" : ` ${value}`}`;
}

/** The flag's meaning with its default, unit and origin: `Learning rate (default: 0.001)`. */
export function flagDescription(spec: FlagSpec): string {
  const note = defaultText(spec);
  return note === "" ? spec.summary : `${spec.summary} (${note})`;
}

function defaultText({ facts, fallback, isRequired, type }: FlagSpec): string {
  if (isRequired) return "required";
  const origin = facts.origin === undefined ? "" : `, ${facts.origin}`;
  if (facts.defaultText !== undefined) {
    return facts.defaultText === "" ? "" : `default: ${facts.defaultText}${origin}`;
  }
  if (fallback === undefined || fallback === null || fallback === "") return "";
  if (type.kind === "switch") return fallback === true ? `default: on${origin}` : "";
  const value = Array.isArray(fallback) ? fallback.join(",") : String(fallback);
  const unit = facts.unit === undefined ? "" : ` ${facts.unit}`;
  return value === "" ? "" : `default: ${value}${unit}${origin}`;
}

/** Terms that are longer stand on a line of their own, so that descriptions have room. */
export const WIDEST_TERM = 30;

/** A line of a list in help: `term` beside its description, which is broken at `width`. */
export function itemText(term: string, termWidth: number, description: string, width: number) {
  const start = "  ";
  if (description === "") return start + term;
  const left = start.length + termWidth + 2;
  const indent = " ".repeat(left);
  const text = wrapText(description, width - left).join(`\n${indent}`);
  const first = start + term;
  return first.length + 2 > left ? `${first}\n${indent}${text}` : first.padEnd(left) + text;
}

/** The examples of a command as one types them, or nothing. */
export function examplesText(examples: readonly Example[], style: Style, program: string): string {
  if (examples.length === 0) return "";
  const lines = examples.map(
    ({ command, summary }) => `  ${style.dim(`# ${summary}`)}\n  ${program} ${command}\n`,
  );
  return `\n${style.bold("Examples:")}\n${lines.join("\n")}`;
}
