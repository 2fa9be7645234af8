import { type Case, type CaseWarning, compileCase } from "../../cases/index.ts";
import { printable } from "../../errors/index.ts";
import { exactnessText } from "../../models/index.ts";
import { drawWiring, formatFacts, type Style } from "../../report/index.ts";
import type { CompileWarning } from "../../tracr/index.ts";
import type { JsonDocument } from "../document.ts";
import type { CompilationChecks } from "../plans/compile.ts";

/** What the program of a case compiles to, and how exactly, for people. */
export function compilationText(document: JsonDocument, case_: Case, style: Style): string {
  const compiled = compileCase(case_);
  const { nLayers, nHeads, dModel, dHead, dMlp } = compiled.config;
  const { exactness, warnings } = document as Partial<CompilationChecks>;
  return [
    `${style.bold("Compiled")} ${printable(`${case_.id}: ${case_.task}`)}\n`,
    formatFacts(
      [
        ["layers × heads", `${nLayers} × ${nHeads}`],
        ["d_model, d_head, d_mlp", `${dModel}, ${dHead}, ${dMlp}`],
        ["parameters", Number(document.parameters)],
        ["folder", String(document.folder)],
      ],
      style,
    ),
    drawWiring(compiled, style),
    ...(exactness === undefined
      ? []
      : [`${style.bold("Exactness")}\n\n${exactnessText(exactness, style)}`]),
    ...(warnings ?? []).map((one) => `${style.yellow("Warning:")} ${warningText(one)}\n`),
  ].join("\n");
}

const warningText = (warning: CompileWarning | CaseWarning) =>
  printable("node" in warning ? `${warning.node}: ${warning.message}` : warning.message);
