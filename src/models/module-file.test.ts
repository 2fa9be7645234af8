import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { importModule, readModule } from "./module-file.ts";

it.each([".mjs", ".js", ".ts"])("a module that was changed is run anew: %s", async (extension) => {
  const folder = mkdtempSync(join(tmpdir(), "module-"));
  try {
    const path = join(folder, `module${extension}`);
    const library = { "interpbench/rasp": { tokens: "the library's" } };
    const module = { file: path, path, kind: "program file", library };
    const load = async (text: string) => {
      writeFileSync(path, `import { tokens } from "interpbench/rasp";\n${text}`);
      const source = readModule(module).toString("utf8");
      return importModule(module, source, new AbortController().signal);
    };
    expect(await load("export const found = [tokens, 1];")).toMatchObject({
      found: ["the library's", 1],
    });
    expect(await load("export const found = await Promise.resolve(2);")).toMatchObject({
      found: 2,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
