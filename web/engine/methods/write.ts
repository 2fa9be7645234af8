import { compileCase, makeCase } from "../../../src/cases/index.ts";
import { InterpBenchError } from "../../../src/errors/index.ts";
import { isExpression, isSelector, type RaspValue, type SOp } from "../../../src/rasp/index.ts";
import { compileWarnings } from "../../../src/tracr/index.ts";
import { runProgram } from "../program/run.ts";
import { ProgramError } from "../program/syntax.ts";
import type { EngineState } from "../state.ts";

/** What a case that is written in a page is called. */
export const WRITTEN = "written";

export interface WriteInput {
  /** The text of a program file. */
  readonly text: string;
}

/** What came of a text. */
export type Written =
  | { readonly kind: "compiled"; readonly id: string; readonly warnings: readonly string[] }
  | {
      readonly kind: "wrong";
      readonly message: string;
      readonly hint: string | undefined;
      /** Where, as an offset in the text, if that is known. */
      readonly offset: number | undefined;
    };

/** What a program file says. */
interface Exported {
  readonly program?: unknown;
  readonly vocab?: unknown;
  readonly maxSeqLen?: unknown;
  readonly causal?: unknown;
  readonly task?: unknown;
}

/** Takes in a case, compiled: then it is there for all that takes the id of a case. */
export async function writeCase(state: EngineState, { text }: WriteInput): Promise<Written> {
  try {
    const { program, vocab, maxSeqLen, causal, task } = checked(runProgram(text));
    const case_ = makeCase({
      id: WRITTEN,
      task: typeof task === "string" ? task : "A program of your own.",
      program: () => program as SOp,
      vocab: vocab as readonly RaspValue[],
      maxSeqLen: Number(maxSeqLen),
      causal: causal === true,
      categorical: (program as SOp).encoding === "categorical",
    });
    const compiled = compileCase(case_);
    state.write(case_);
    const warnings = compileWarnings(compiled).map(({ node, message }) => `${node}: ${message}`);
    return { kind: "compiled", id: WRITTEN, warnings };
  } catch (error) {
    return wrong(error);
  }
}

function checked(exported: unknown): Exported {
  const isObject = typeof exported === "object" && exported !== null && !Array.isArray(exported);
  const { program, vocab, maxSeqLen } = (isObject ? exported : {}) as Exported;
  const refuse = (expected: string) => {
    throw new InterpBenchError("E_PROGRAM", "the file does not say what a case is", { expected });
  };
  if (!isExpression(program) || isSelector(program)) refuse("program: an SOp");
  if (!Array.isArray(vocab) || vocab.length === 0) refuse("vocab: an array of tokens");
  if (!Number.isInteger(maxSeqLen) || Number(maxSeqLen) < 2) {
    refuse("maxSeqLen: the longest input, BOS included, at least 2");
  }
  return exported as Exported;
}

function wrong(error: unknown): Written {
  const offset = error instanceof ProgramError ? error.offset : undefined;
  const cause = error instanceof ProgramError && error.cause !== undefined ? error.cause : error;
  if (!(cause instanceof InterpBenchError)) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { kind: "wrong", message, hint: undefined, offset };
  }
  const { message, expected, received, hint } = cause;
  const details = [expected && `expected ${expected}`, received && `received ${received}`, hint];
  return { kind: "wrong", message, hint: details.filter(Boolean).join(" — ") || undefined, offset };
}
