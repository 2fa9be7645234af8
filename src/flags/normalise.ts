import type { OriginalFlag } from "../discovery/index.ts";
import type { FlagSpec } from "./spec.ts";
import { UsageError, unknownName } from "./usage.ts";
import { shown, valueError } from "./values.ts";

/** Arguments that commander understands, and what was left out of them. */
export interface NormalisedArguments {
  readonly arguments: readonly string[];
  /** The retired flags that were given, with the spelling used. */
  readonly retired: readonly { readonly name: string; readonly flag: OriginalFlag }[];
}

/**
 * Rewrites the spellings that commander would misread: flags of several letters after one dash
 * (`-iit 1`, `-iit=1`), underscores (`--iit_weight`), and switches with a value (`--mean 0`,
 * `--early-stop=true`); takes out retired flags. Everything after `--` is left alone.
 *
 * Usage errors: `E_FLAG` for one-dash words that are no flag (commander would take them for letters)
 * and for a switch that is turned on and off; `E_VALUE` for a switch with a value that is no truth.
 */
export function normaliseArguments(
  given: readonly string[],
  flags: readonly FlagSpec[],
  retiredFlags: readonly OriginalFlag[] = [],
): NormalisedArguments {
  const spellings = spellingsOf(flags);
  const result: string[] = [];
  const truths = new Map<FlagSpec, boolean>();
  const assertSameTruth = (spec: FlagSpec, isOn: boolean) => {
    if ((truths.get(spec) ?? isOn) !== isOn) {
      throw new UsageError("E_FLAG", `${spec.long} is switched on and off`);
    }
    truths.set(spec, isOn);
  };
  const retired: { name: string; flag: OriginalFlag }[] = [];
  for (let i = 0; i < given.length; i++) {
    const token = given[i]!;
    if (token === "--") {
      result.push(...given.slice(i));
      break;
    }
    const { name, value } = splitFlag(token);
    const old = retiredFlags.find(({ names }) => names.some((n) => sameSpelling(n, name)));
    const spec = spellings.get(name) ?? spellings.get(name.replaceAll("_", "-"));
    if (spec === undefined && old !== undefined) {
      retired.push({ name, flag: old });
      if (old.takesValue && value === undefined) i += 1;
    } else if (spec === undefined) {
      const negated = negatedSwitch(name, spellings);
      if (negated === undefined) assertReadable(name, spellings);
      else assertSameTruth(negated, false);
      result.push(token);
    } else if (spec.type.kind === "switch") {
      const next = value ?? (spec.facts.takesBoolean === true ? given[i + 1] : undefined);
      const isOn = next === undefined ? undefined : truthOf(next);
      if (value === undefined && isOn !== undefined) i += 1;
      if (value !== undefined && isOn === undefined) {
        throw valueError(spec.long, "true or false", shown(value));
      }
      assertSameTruth(spec, isOn !== false);
      result.push(isOn === false ? `--no-${spec.long.slice(2)}` : spec.long);
    } else result.push(value === undefined ? spec.long : `${spec.long}=${value}`);
  }
  return { arguments: result, retired };
}

/** What a switch's value means; `undefined` if it is none. */
function truthOf(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (word === "1" || word === "true") return true;
  return word === "0" || word === "false" ? false : undefined;
}

/** The switch that `--no-…` turns off. */
function negatedSwitch(
  name: string,
  spellings: ReadonlyMap<string, FlagSpec>,
): FlagSpec | undefined {
  const spec = name.startsWith("--no-") ? spellings.get(`--${name.slice(5)}`) : undefined;
  return spec?.type.kind === "switch" ? spec : undefined;
}

/** Every accepted spelling but the negated ones, which commander knows itself. */
export function spellingsOf(flags: readonly FlagSpec[]): Map<string, FlagSpec> {
  const spellings = new Map<string, FlagSpec>();
  for (const spec of flags) {
    for (const name of [spec.long, spec.facts.short, ...(spec.facts.aliases ?? [])]) {
      if (name !== undefined) spellings.set(name, spec);
    }
  }
  return spellings;
}

function splitFlag(token: string): { name: string; value: string | undefined } {
  const at = token.startsWith("-") ? token.indexOf("=") : -1;
  if (at === -1) return { name: token, value: undefined };
  return { name: token.slice(0, at), value: token.slice(at + 1) };
}

const sameSpelling = (a: string, b: string) => a.replaceAll("_", "-") === b.replaceAll("_", "-");

function assertReadable(name: string, spellings: ReadonlyMap<string, FlagSpec>): void {
  if (!/^-[A-Za-z][A-Za-z_-]+/.test(name)) return;
  throw unknownName("E_FLAG", "flag", name, spellings.keys());
}
