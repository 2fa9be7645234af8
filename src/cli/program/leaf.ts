import { Argument, type Command as CommanderCommand, Option } from "commander";
import type { FlagSpec } from "../../flags/index.ts";
import type { Style } from "../../report/index.ts";
import type { Command } from "../command.ts";
import { examplesText, flagDescription, flagTerm } from "./help.ts";

/** A commander option made of a flag. */
class SpecOption extends Option {
  readonly spec: FlagSpec;

  constructor(spec: FlagSpec) {
    super(commanderFlags(spec), flagDescription(spec));
    this.spec = spec;
    if (spec.type.kind !== "switch") {
      this.argParser((text, before: readonly string[] = []) => [...before, text]);
    }
  }
}

/** The heading of the common options, where the help flag belongs. */
const HELP_GROUP = "Common options:";

/** How help lists an option. */
export function optionTerm(option: Option): string {
  return option instanceof SpecOption ? flagTerm(option.spec) : option.flags;
}

/** Tells commander about a command: texts, arguments, and for every flag an option. */
export function describeLeaf(
  leaf: CommanderCommand,
  command: Command,
  commonFlags: readonly FlagSpec[],
  { style, program }: { readonly style: Style; readonly program: string },
): void {
  const paragraphs = [`${command.summary}.`, command.description];
  leaf.description(paragraphs.filter((text) => text !== undefined).join("\n\n"));
  for (const spec of command.arguments) {
    const name = `${spec.key}${spec.type.kind === "list" ? "..." : ""}`;
    const term = spec.isRequired ? `<${name}>` : `[${name}]`;
    const isFlagToo = spec.facts.isArgumentToo === true;
    leaf.addArgument(new Argument(term, isFlagToo ? "" : flagDescription(spec)));
  }
  for (const spec of [...command.flags, ...commonFlags]) {
    const option = new SpecOption(spec);
    if (spec.facts.group !== undefined) option.helpGroup(`${spec.facts.group}:`);
    if (spec.facts.isHidden === true) option.hideHelp();
    leaf.addOption(option);
    if (spec.type.kind === "switch") {
      leaf.addOption(new Option(`--no-${spec.long.slice(2)}`).hideHelp());
    }
  }
  leaf.addHelpOption(new Option("-h, --help", "Explain this command").helpGroup(HELP_GROUP));
  leaf.addHelpText("after", examplesText(command.examples, style, program));
}

/** The texts that were given, by key, as lists, or the truth of switches; others are absent. */
export function givenTexts(leaf: CommanderCommand, command: Command): Record<string, unknown> {
  const texts: Record<string, unknown> = {};
  for (const option of leaf.options) {
    const name = option.attributeName();
    if (option instanceof SpecOption && leaf.getOptionValueSource(name) === "cli") {
      texts[option.spec.key] = leaf.getOptionValue(name);
    }
  }
  command.arguments.forEach(({ key }, i) => {
    const given: unknown = leaf.processedArgs[i];
    const words: readonly unknown[] = Array.isArray(given) ? given : [given];
    const all = [...asList(texts[key]), ...words.filter((word) => word !== undefined)];
    if (all.length > 0) texts[key] = all;
  });
  return texts;
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function commanderFlags({ long, facts, type }: FlagSpec): string {
  const names = facts.short === undefined ? long : `${facts.short}, ${long}`;
  if (type.kind === "switch") return names;
  return `${names} <value${facts.takesMany === true ? "..." : ""}>`;
}
