import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatError } from "../errors/index.ts";
import { writeOutput } from "./index.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "output-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (...names: string[]) => join(root, ...names);
const textOf = (path: string) => readFileSync(path, "utf8");

describe("what a user wants written", () => {
  it("is a new file, or replaces one and keeps its rights", async () => {
    await writeOutput(at("file"), "one");
    expect(textOf(at("file"))).toBe("one");
    chmodSync(at("file"), 0o640);
    await writeOutput(at("file"), "two");
    expect([textOf(at("file")), statSync(at("file")).mode & 0o777]).toEqual(["two", 0o640]);
    expect(readdirSync(root)).toEqual(["file"]);
  });

  it("goes where links lead, also to what is not there yet", async () => {
    mkdirSync(at("folder"));
    symlinkSync(join("folder", "target"), at("link"));
    symlinkSync("link", at("link-to-link"));
    for (const text of ["new", "replaced"]) {
      await writeOutput(at("link-to-link"), text);
      expect(textOf(at("folder", "target"))).toBe(text);
    }
    expect(lstatSync(at("link")).isSymbolicLink()).toBe(true);
    expect(lstatSync(at("link-to-link")).isSymbolicLink()).toBe(true);
  });

  it("is in all names of a file", async () => {
    writeFileSync(at("one"), "something longer");
    linkSync(at("one"), at("other"));
    await writeOutput(at("one"), "short");
    expect(textOf(at("other"))).toBe("short");
  });

  it("has room in names as long as the file system takes", async () => {
    const name = "é".repeat(127);
    await writeOutput(at(name), "x");
    expect(readdirSync(root)).toEqual([name]);
  });

  it.skipIf(process.platform === "win32")(
    "goes through a pipe, however small that is",
    async () => {
      spawnSync("mkfifo", [at("pipe")]);
      const content = "line\n".repeat(100_000);
      const writing = writeOutput(at("pipe"), content);
      const reader = spawn("cat", [at("pipe")]);
      let read = "";
      reader.stdout.on("data", (data) => {
        read += data;
      });
      await Promise.all([writing, once(reader, "close")]);
      expect(read).toBe(content);
      expect(statSync(at("pipe")).isFIFO()).toBe(true);
    },
  );

  it.skipIf(process.platform === "win32")("does not wait for a reader for ever", async () => {
    spawnSync("mkfifo", [at("pipe")]);
    const controller = new AbortController();
    const writing = writeOutput(at("pipe"), "x", controller.signal);
    controller.abort(new Error("stopped"));
    await expect(writing).rejects.toThrow("stopped");
  });

  it.skipIf(!existsSync("/dev/full"))("goes to devices, which may be full", async () => {
    await writeOutput("/dev/null", "x");
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
    const problem = await writeOutput("/dev/full", "x").catch(formatError);
    expect(problem).toContain("(at /dev/full) — received a full disk (ENOSPC)");
    expect(statSync("/dev/full").isCharacterDevice()).toBe(true);
  });

  it("is not written to folders, or where links go round in a circle", async () => {
    symlinkSync("b", at("a"));
    symlinkSync("a", at("b"));
    for (const path of [root, at("a"), at("none", "file")]) {
      await expect(writeOutput(path, "x")).rejects.toMatchObject({ code: "E_OUTPUT" });
    }
    expect(readdirSync(root).sort()).toEqual(["a", "b"]);
  });
});
