/** Why a text is no program, and where. */
export class ProgramError extends Error {
  /** The offset in the text. */
  readonly offset: number;

  constructor(message: string, offset: number, options?: ErrorOptions) {
    super(message, options);
    this.name = "ProgramError";
    this.offset = offset;
  }
}

/** A parameter of a function: a name, or the names that it takes out of an object. */
export type Parameter = string | readonly string[];

/** An expression, or a function's body, with where it begins and ends. */
export type Syntax = { readonly start: number; readonly end: number } & (
  | { readonly kind: "value"; readonly value: string | number | boolean | null | undefined }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "array"; readonly items: readonly Syntax[] }
  | {
      readonly kind: "object";
      readonly entries: readonly (readonly [key: string, value: Syntax])[];
    }
  | { readonly kind: "call"; readonly callee: Syntax; readonly values: readonly Syntax[] }
  | { readonly kind: "member"; readonly object: Syntax; readonly key: string }
  | { readonly kind: "function"; readonly parameters: readonly Parameter[]; readonly body: Syntax }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Syntax }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Syntax;
      readonly right: Syntax;
    }
  | {
      readonly kind: "choice";
      readonly condition: Syntax;
      readonly then: Syntax;
      readonly otherwise: Syntax;
    }
  | {
      readonly kind: "block";
      readonly definitions: readonly (readonly [name: string, value: Syntax])[];
      readonly result: Syntax;
    }
);
