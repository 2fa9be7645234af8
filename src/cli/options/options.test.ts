import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { formatError } from "../../errors/index.ts";
import { formatModel } from "../../models/index.ts";
import { oneId, selectIds } from "./cases.ts";
import { chosenModel } from "./model.ts";

const cwd = mkdtempSync(join(tmpdir(), "options-"));
mkdirSync(join(cwd, "mine"));
afterAll(() => rmSync(cwd, { recursive: true }));

const messageOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    return formatError(error);
  }
  return "no error";
};

describe("selectIds", () => {
  const known = ["10", "ioi_next_token", "3", "ioi", "2"];

  it("is everything in numeric order by default", () => {
    expect(selectIds(undefined, known)).toEqual(["2", "3", "10", "ioi", "ioi_next_token"]);
    expect(selectIds([], known)).toEqual([]);
  });

  it("ignores case, spaces, order and repetitions", () => {
    expect(selectIds([" 10", "IOI", "3", "10"], known)).toEqual(["3", "10", "ioi"]);
  });

  it("understands ranges and all, of the cases that exist", () => {
    const ids = ["1", "2", "3", "5", "6", "10", "ioi"];
    expect(selectIds(["2-5"], ids)).toEqual(["2", "3", "5"]);
    expect(selectIds(["10", "2-3", "3-5"], ids)).toEqual(["2", "3", "5", "10"]);
    expect(selectIds([" 5-5 "], ids)).toEqual(["5"]);
    expect(selectIds(["all"], ids)).toEqual(ids);
    expect(selectIds(["3", "ALL"], ids)).toEqual(ids);
  });

  it("takes a name with a dash for a name first", () => {
    expect(selectIds(["3-7", "my-case"], ["3", "7", "3-7", "my-case"])).toEqual(["3-7", "my-case"]);
    expect(messageOf(() => selectIds(["my-casse"], ["my-case", "3"]))).toContain('mean "my-case"?');
  });

  it.each([
    [
      "7-3",
      'E_CASE: "7-3" is no range of cases (at --indices) — expected FIRST-LAST, the smaller number first, such as 3-7 — received 7-3',
    ],
    [
      "3-",
      'E_CASE: "3-" is no range of cases (at --indices) — expected FIRST-LAST, the smaller number first, such as 3-7 — received 3-',
    ],
    [
      "-3",
      'E_CASE: "-3" is no range of cases (at --indices) — expected FIRST-LAST, the smaller number first, such as 3-7 — received -3',
    ],
    [
      "-",
      'E_CASE: "-" is no range of cases (at --indices) — expected FIRST-LAST, the smaller number first, such as 3-7 — received -',
    ],
    [
      "3-9999",
      'E_CASE: no case "9999" (at --indices) — expected a number: 2 to 3, 10, or ioi_next_token, or ioi. The command "cases list" lists them.',
    ],
    [
      "1-2-3",
      'E_CASE: no case "1-2-3" (at --indices) — expected a number: 2 to 3, 10, or ioi_next_token, or ioi. The command "cases list" lists them.',
    ],
    [
      "3..7",
      'E_CASE: no case "3..7" (at --indices) — expected a number: 2 to 3, 10, or ioi_next_token, or ioi. The command "cases list" lists them.',
    ],
  ])("refuses %s", (text, message) => {
    expect(messageOf(() => selectIds([text], known))).toBe(message);
  });

  it("names the nearest ids for an unknown one", () => {
    expect(messageOf(() => oneId("oii", known))).toBe(
      'E_CASE: no case "oii" (at --indices). Did you mean "ioi"?',
    );
  });
});

describe("chosenModel", () => {
  const choose = (choice: object) =>
    chosenModel({ tracr: false, natural: false, interpBench: false, ...choice }, cwd);

  it("is the SIIT model by default, or that of the zoo", () => {
    expect(choose({})).toEqual({ kind: "siit", orZoo: true });
    expect(choose({ siitWeights: "best" })).toEqual({ kind: "siit", weights: undefined });
  });

  it.each([
    [{ model: "siit:510" }, "siit:510"],
    [{ siitWeights: "510" }, "siit:510"],
    [{ siitWeights: "0510" }, "siit:510"],
    [{ model: "natural" }, "natural"],
    [{ natural: true }, "natural"],
    [{ tracr: true }, "tracr"],
    [{ interpBench: true }, "interp-bench"],
    [{ model: "zoo" }, "zoo"],
    [{ model: "zoo:seed2" }, "zoo:seed2"],
    [{ model: "hf:owner/repo/3" }, "hf:owner/repo/3"],
    [{ model: "hf:owner/repo/deep/folder" }, "hf:owner/repo/deep/folder"],
    [{ model: "hf:owner/repo" }, "hf:owner/repo"],
    [{ model: "hf:owner/repo/3@main" }, "hf:owner/repo/3"],
    [{ model: "hf:owner/repo@refs/pr/1" }, "hf:owner/repo@refs/pr/1"],
    [{ model: "mine" }, join(cwd, "mine")],
    [{ model: "./mine" }, join(cwd, "mine")],
  ])("reads %j", (choice, text) => {
    expect(formatModel(choose(choice))).toBe(text);
  });

  it.each([
    [
      { tracr: true, natural: true },
      "E_MODEL: two models are asked for — expected at most one of --model, --siit-weights, --tracr, --natural, --interp-bench — received --tracr and --natural",
    ],
    [
      { model: "siit", siitWeights: "510" },
      "E_MODEL: two models are asked for — expected at most one of --model, --siit-weights, --tracr, --natural, --interp-bench — received --model and --siit-weights",
    ],
    [
      { siitWeights: "100_100_40" },
      "E_MODEL: these are no loss weights of a model (at --siit-weights) — expected 10·IIT + 100·behaviour + 1000·strict, such as 510 for 1, 1 and 0.4, or best — received 100_100_40",
    ],
    [{ model: "tarcr" }, 'E_MODEL: no model "tarcr" (at --model). Did you mean "tracr"?'],
    [
      { model: "./yours" },
      `E_MODEL: there is no such model folder (at ${join(cwd, "yours")}) — received "./yours"`,
    ],
    [
      { model: "hf:repo" },
      'E_MODEL: the name of a hub folder is not complete — expected hf:OWNER/REPO, hf:OWNER/REPO/FOLDER, either with @REVISION — received "hf:repo"',
    ],
    [
      { model: "hf:owner/repo/../../x" },
      "E_HUB: this is not the name of a folder of a repository — expected names with / between them — received ../../x",
    ],
    [
      { model: "hf:../repo" },
      "E_HUB: this is not the name of a repository — expected OWNER/REPO, of letters, digits and . _ - — received ../repo",
    ],
  ])("refuses %j", (choice, message) => {
    expect(messageOf(() => choose(choice))).toBe(message);
  });
});
