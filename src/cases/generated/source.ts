import {
  type Expression,
  functionText,
  type Predicate,
  type RaspValue,
  type SOp,
} from "../../rasp/index.ts";
import { extractGraph } from "../../tracr/index.ts";

/** What a program file says besides its program: plain data under the keys of a definition. */
export type FileFacts = Readonly<Record<string, RaspValue | undefined>>;

/**
 * A program as the text of a module that a program file is: its default export gets the RASP library.
 * Loaded, it is the same program, with the same labels.
 *
 * Functions are written as `functionText` gives them, which of generated programs are expressions of
 * JavaScript in `x` and `y`, and in `key` and `query`.
 *
 * @param heading lines of a comment above it
 */
export function programSource(program: SOp, facts: FileFacts, heading: readonly string[]): string {
  const { nodes, dependenciesFirst, sink } = extractGraph(program);
  const used = new Set<string>();
  const lines = dependenciesFirst.flatMap((label) => {
    const { expression, children } = nodes.get(label)!;
    if (children.length === 0) {
      used.add(expression.kind);
      return [];
    }
    return [`  const ${label} = ${definitionOf(expression, children, used)};\n`];
  });
  const said = Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `    ${key}: ${JSON.stringify(value)},\n`);
  const comment = heading.map((line) => `// ${line}\n`).join("");
  const library = [...used].sort().join(", ");
  return `${comment}export default ({ ${library} }) => {\n${lines.join("")}  return {\n    program: ${sink},\n${said.join("")}  };\n};\n`;
}

/** The call that makes an expression; names of the library that it uses are added to `used`. */
function definitionOf(
  expression: Expression,
  [first = "", second = ""]: readonly string[],
  used: Set<string>,
): string {
  const call = (name: string, ...operands: string[]) => {
    used.add(name);
    return `${name}(${operands.join(", ")})`;
  };
  const name = JSON.stringify(expression.name);
  const made = (() => {
    switch (expression.kind) {
      case "map":
        return call("map", `(x) => ${functionText(expression.f)}`, first, "{ simplify: false }");
      case "sequenceMap":
        return call("sequenceMap", `(x, y) => ${functionText(expression.f)}`, first, second);
      case "linearSequenceMap": {
        const factors = [expression.fstFactor, expression.sndFactor].map(String);
        return call("linearSequenceMap", first, second, ...factors);
      }
      case "selectorWidth":
        return call("selectorWidth", first);
      case "aggregate": {
        const fallback = expression.default;
        const rest = fallback === null ? [] : [JSON.stringify(fallback)];
        return call("aggregate", first, second, ...rest);
      }
      case "select":
        return call("select", first, second, predicateText(expression.predicate, used));
      default:
        throw new RangeError(`no text for ${expression.kind}`);
    }
  })();
  const isNumber = "encoding" in expression && expression.encoding === "numerical";
  return call("named", isNumber ? call("numerical", made) : made, name);
}

function predicateText(predicate: Predicate, used: Set<string>): string {
  const { comparison } = predicate;
  if (comparison === undefined) return `(key, query) => ${functionText(predicate)}`;
  used.add(comparison);
  return comparison;
}
