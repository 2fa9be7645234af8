/** Something the compiled transformer does differently from the program, found while compiling. */
export interface CompileWarning {
  readonly code: "W_TRACR_ARITHMETIC" | "W_TRACR_NEGATIVE" | "W_TRACR_WIDTH";
  /** The label of the node it is about. */
  readonly node: string;
  readonly message: string;
}
