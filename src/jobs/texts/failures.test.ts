import { describe, expect, it } from "vitest";
import { InterpBenchError } from "../../errors/index.ts";
import { styleOf } from "../../report/index.ts";
import { type Failure, failuresText } from "./failures.ts";

const failed = (id: string, code: "E_MODEL" | "E_DATA" = "E_MODEL"): Failure => ({
  case: id,
  error: new InterpBenchError(code, `nothing for ${id}`),
});
const text = (failures: readonly Failure[]) => failuresText(failures, 20, styleOf(false));

describe("failures of several jobs, for people", () => {
  it("are nothing where there are none", () => {
    expect(text([])).toBe("");
  });

  it("are all told while they are few", () => {
    expect(text([failed("3"), failed("mine", "E_DATA")])).toBe(
      "\n2 of 20 cases failed:\n  3  E_MODEL: nothing for 3\n  mine  E_DATA: nothing for mine\n",
    );
  });

  it("are told by the first and the cases where many have one code", () => {
    const many = ["1", "2", "3", "5", "6", "mine"].map((id) => failed(id));
    expect(text([...many.slice(0, 3), failed("4", "E_DATA"), ...many.slice(3)])).toBe(
      "\n7 of 20 cases failed:\n  1  E_MODEL: nothing for 1\n" +
        "  E_MODEL, too, of 5 others: 2 to 3, 5 to 6, mine\n  4  E_DATA: nothing for 4\n",
    );
  });
});
