import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "../io.testing.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "work-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const EAP = "run eap -i 3 --tracr --edge-count 1";
const NOBODY = "redis://me:secret@127.0.0.1:1";

it.each([
  ["work", 2, "E_FLAG: --queue is missing"],
  ["work --queue http://me:secret@host", 2, "E_QUEUE: this is not the address of a queue"],
  ["work --queue redis://me:secret@host/x", 2, "E_QUEUE: this is not the address of a queue"],
  ["work --queue redis://host --idle -1", 2, "--idle"],
  [`${EAP} --queue me:secret@host`, 2, "E_QUEUE: this is not the address of a queue"],
  [`${EAP} --queue redis://me:secret@a --queue redis://me:secret@b`, 2, "--queue is given twice"],
  [
    `leaderboard -i 3 --queue ${NOBODY}`,
    1,
    "E_QUEUE: there is no queue to be used (at redis://127",
  ],
  [`${EAP} --queue ${NOBODY}`, 1, "ECONNREFUSED"],
  [`doctor --queue ${NOBODY}`, 2, 'E_FLAG: no flag "--queue"'],
])("%s exits with %i, and tells no secret", async (line, code, text) => {
  for (const format of [[], ["--json"]]) {
    const { exitCode, stdout, stderr } = await run([...line.split(" "), ...format], { cwd });
    expect(stderr).toContain(text);
    expect(exitCode).toBe(code);
    expect(stdout + stderr).not.toContain("secret");
  }
});
