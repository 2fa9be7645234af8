import { type Algorithm, type AlgorithmExample, optionFacts } from "../../discovery/index.ts";
import type { Example } from "../command.ts";
import { flagOf } from "./discovery.ts";

/** What an algorithm's help shows: its own examples, and one on prompts of one's own. */
export function algorithmExamples(algorithm: Algorithm): Example[] {
  const { name, examples = [{ options: {}, summary: "On case 3" }], selection } = algorithm;
  const own = flagsText(algorithm, selection?.example ?? {});
  return [
    ...examples.map((example) => ({
      command: `run ${name} ${subjectText(example)}${flagsText(algorithm, example.options)}`,
      summary: example.summary,
    })),
    {
      command: `run ${name} --model my-model --data prompts.json${own}`,
      summary: "Your own transformer and prompts",
    },
  ];
}

const subjectText = ({ case: id = "3", compiled = false }: AlgorithmExample) =>
  `-i ${id}${compiled ? " --tracr" : ""}`;

/** Options as they are typed, each after a space. */
function flagsText(algorithm: Algorithm, options: AlgorithmExample["options"]): string {
  const typed = Object.entries(options).map(([key, value]) => {
    const name = flagOf(algorithm, key);
    return value === true ? name : `${name} ${valueText(algorithm, key, value)}`;
  });
  return typed.map((text) => ` ${text}`).join("");
}

/** A value as it is typed; a word where one stands for it. */
function valueText({ options }: Algorithm, key: string, value: unknown): string {
  const text = Array.isArray(value) ? value.join(",") : String(value);
  const { synonyms = {} } = optionFacts(options.shape[key]);
  return Object.keys(synonyms).find((word) => synonyms[word] === text) ?? text;
}
