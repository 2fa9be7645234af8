import { describe, expect, it } from "vitest";
import { z as classic } from "zod";
import { en } from "zod/locales";
import * as z from "zod/mini";
import { parseWith, type Schema, schemaFault } from "./schema.ts";

const SCHEMAS: Readonly<Record<string, readonly [Schema, unknown]>> = {
  "a type": [z.number(), "x"],
  "a number that is none": [z.number(), Number.NaN],
  "a missing member": [z.object({ a: z.int() }), {}],
  "an integer": [z.int(), 1.5],
  "one value": [z.literal("x"), 1],
  "several values": [z.enum(["a", "b"]), "c"],
  "values of several kinds": [z.literal(["a", 1, null]), 2],
  "a least number": [z.number().check(z.gte(2)), 1],
  "a number above": [z.number().check(z.gt(2)), 2],
  "a most number": [z.number().check(z.lte(2)), 3],
  "a number below": [z.number().check(z.lt(2)), 2],
  "a least length": [z.array(z.number()).check(z.minLength(1)), []],
  "a most length of text": [z.string().check(z.maxLength(1)), "ab"],
  "a length": [z.array(z.number()).check(z.length(2)), [1]],
  "an unknown key": [z.strictObject({}), { a: 1 }],
  "unknown keys": [z.strictObject({}), { a: 1, b: 2 }],
  "a union": [z.union([z.number(), z.string()]), true],
  "a kind of a union": [
    z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") })]),
    { kind: "b" },
  ],
  "a schema of the other face": [classic.number().min(2), 1],
};

const INTRODUCTION = /^(Invalid (input|option)|Too (small|big)): expected /;

describe("what a schema expected", () => {
  it.each(Object.entries(SCHEMAS))(
    "is Zod's English without introductions: %s",
    (_, [schema, value]) => {
      const { error } = z.safeParse(schema, value, { error: en().localeError });
      const [issue] = error!.issues;
      const expected = issue!.message.replace(INTRODUCTION, "").replace(/, received \w+$/, "");
      const parsed = parseWith(schema, value);
      expect(parsed.success).toBe(false);
      expect(schemaFault(parsed.error!, value)).toMatchObject({ expected });
    },
  );

  it("is what the schema says, where it says something", () => {
    const schema = z.object({ a: z.number({ error: "a rate" }) });
    const { error } = parseWith(schema, { a: "x" });
    expect(schemaFault(error!, { a: "x" })).toEqual({
      at: "a",
      expected: "a rate",
      received: "x",
      more: 0,
    });
  });
});
