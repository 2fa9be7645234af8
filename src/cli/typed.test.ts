import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { shellWord } from "../flags/index.ts";
import { programName, typedCommand } from "./typed.ts";

describe("programName", () => {
  const cwd = "/home/ada/work";
  it.each([
    [
      "from npx",
      { script: `${cwd}/node_modules/.bin/interpbench`, npm: "exec" },
      "npx interpbench",
    ],
    ["from npm start", { script: `${cwd}/dist/cli/main.js`, npm: "run-script" }, "npx interpbench"],
    ["installed for all", { script: "/usr/local/bin/interpbench" }, "interpbench"],
    [
      "by the path of an installed command",
      { script: `${cwd}/node_modules/.bin/interpbench` },
      "node_modules/.bin/interpbench",
    ],
    ["by node", { script: `${cwd}/dist/cli/main.js` }, "node dist/cli/main.js"],
    ["by node, from elsewhere", { script: "/opt/it's/main.js" }, "node '/opt/it'\\''s/main.js'"],
    ["without a script", { script: undefined }, "interpbench"],
  ])("%s", (_, { script, npm }: { script: string | undefined; npm?: string }, expected) => {
    const env = { PATH: "/usr/bin:/usr/local/bin", npm_command: npm };
    expect(programName({ script, env, cwd })).toBe(expected);
  });
});

describe("typedCommand", () => {
  it("quotes only what a shell would change", () => {
    expect(typedCommand({ program: "npx interpbench" }, ["run", "acdc", "-o", "a b"])).toBe(
      "npx interpbench run acdc -o 'a b'",
    );
    for (const plain of ["3", "--epochs=30", "./a-b_c/d.mjs", "siit:510"]) {
      expect(shellWord(plain)).toBe(plain);
    }
  });

  it.each([
    "",
    " ",
    "a b",
    "it's",
    "$HOME",
    "`x`",
    'say "x"',
    "a\\b",
    "*",
    "ä",
    "a\nb",
    "~",
    "[1,2]",
  ])("gives the shell back %j", (word) => {
    const { stdout } = spawnSync("sh", ["-c", `printf %s ${shellWord(word)}`], {
      encoding: "utf8",
    });
    expect(stdout).toBe(word);
  });
});
