import { compileCase, getCase } from "../../cases/index.ts";
import {
  drawWiring,
  formatPercent,
  formatProgram,
  indentText,
  type Style,
  wrapText,
} from "../../report/index.ts";
import type { JsonDocument } from "../document.ts";
import { DEMO_CASE, DEMO_STEPS } from "../plans/demo.ts";

/** What is told while the jobs of the demo run, by their names. */
export interface DemoStory {
  /** When a job begins. */
  readonly begin: Readonly<Record<string, string>>;
  /** When it has ended, of its document. */
  readonly end: Readonly<Record<string, (result: JsonDocument) => string>>;
}

/** The story of the demo: the first four of its sections. */
export function demoStory(style: Style): DemoStory {
  const case_ = getCase(DEMO_CASE);
  const compiled = compileCase(case_);
  const compile = [
    numberedSection(
      1,
      `The question: case ${case_.id}`,
      [
        case_.task,
        "A RASP program says how a transformer can compute that. Each named line is a variable:",
      ],
      style,
    ),
    `${indent(formatProgram(compiled, style))}\n`,
    numberedSection(
      2,
      "Compile",
      [
        "Tracr turns the program into weights: every variable gets its own directions in the residual stream, and a head or an MLP that writes them. Here the circuit is known, because it was put there:",
      ],
      style,
    ),
    `${indent(drawWiring(compiled, style))}\n`,
  ];
  const train = numberedSection(
    3,
    "Train",
    [
      "Compiled weights look like no trained model. So another transformer, of 2 layers with 4 heads, learns the task by gradient descent, and SIIT forces the same circuit into it: exchanging a variable between two inputs must change the output as it does in the program, and exchanging anything else must change nothing.",
    ],
    style,
  );
  const discover = numberedSection(
    4,
    "Discover",
    [
      "Now three algorithms look for the circuit in the trained weights. None of them is told the truth. Their graph has 110 edges: what each head's query, key and value, each MLP and the output could read.",
    ],
    style,
  );
  return {
    begin: {
      compile: compile.join(""),
      train,
      [DEMO_STEPS[0]!.title]: discover,
      compare: "\n",
    },
    end: { train: (result) => `\n${paragraphText(trainedText(result))}` },
  };
}

function trainedText(document: JsonDocument): string {
  const metrics = document.metrics as Readonly<Record<string, number | undefined>>;
  const { epochs, steps } = document;
  return `After ${epochs} epochs (${steps} steps): accuracy ${formatPercent(metrics.accuracy)}, IIA ${formatPercent(metrics.iia)} (interchanging a variable does what it should), strict accuracy ${formatPercent(metrics.strictAccuracy)} (interchanging anything else does nothing).`;
}

const WIDTH = 84;

/** A numbered heading with paragraphs below. */
export function numberedSection(
  number: number,
  title: string,
  paragraphs: readonly string[],
  style: Style,
): string {
  return `${style.bold(`${number}  ${title}`)}\n\n${paragraphs.map(paragraphText).join("")}`;
}

/** A paragraph, broken into lines and closed by an empty one. */
export function paragraphText(text: string): string {
  return `${indent(wrapText(text, WIDTH).join("\n"))}\n\n`;
}

/** The text three columns to the right: below the titles of numbered sections. */
export const indent = (text: string): string => indentText(text, 3);
