import { compiledIfAny, exportedCase } from "../../../src/cases/index.ts";
import { InterpBenchError, reasonOf } from "../../../src/errors/index.ts";
import { compileWarnings } from "../../../src/tracr/index.ts";
import { runProgram } from "../program/run.ts";
import { ProgramError } from "../program/syntax.ts";
import { type EngineState, PROGRAM_FILE } from "../state.ts";

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

/**
 * Takes in the case of a program file, as the command line does of one that is called {@link PROGRAM_FILE}: then it is
 * there for all that takes the id of a case, in place of the one before and its models.
 */
export function writeCase(state: EngineState, { text }: WriteInput): Written {
  try {
    const case_ = exportedCase({ default: runProgram(text) }, PROGRAM_FILE);
    const compiled = compiledIfAny(case_);
    state.write(case_);
    const warnings = compiled === undefined ? [] : compileWarnings(compiled);
    return {
      kind: "compiled",
      id: case_.id,
      warnings: warnings.map(({ node, message }) => `${node}: ${message}`),
    };
  } catch (error) {
    return wrong(error);
  }
}

function wrong(error: unknown): Written {
  const fault = faultIn(error);
  const offset = fault?.offset;
  const cause = fault === undefined ? error : (fault.cause ?? fault);
  if (!(cause instanceof InterpBenchError)) {
    const message = reasonOf(cause);
    return { kind: "wrong", message, hint: undefined, offset };
  }
  const { message, expected, received, hint } = cause;
  const details = [expected && `expected ${expected}`, received && `received ${received}`, hint];
  return { kind: "wrong", message, hint: details.filter(Boolean).join(" — ") || undefined, offset };
}

/** The error of a program that has a place, in whatever it was wrapped. */
function faultIn(error: unknown): ProgramError | undefined {
  if (error instanceof ProgramError) return error;
  return error instanceof Error ? faultIn(error.cause) : undefined;
}
