import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatError, InterpBenchError } from "../../errors/index.ts";
import { Key } from "../../rng/index.ts";
import { PLAIN_GLOBALS } from "./globals.ts";
import { decodeConfigPickle, decodeEdgesPickle, decodeResultPickle } from "./published.ts";
import { readPickle } from "./read.ts";
import { decodeTorchWeights } from "./torch.ts";

const root = new URL("../../../test/fixtures/formats/published/", import.meta.url);
const bytesOf = (file: string) => new Uint8Array(readFileSync(new URL(file, root)));

/** A pickle from bytes, and texts as their bytes. */
const pickle = (...parts: readonly (string | number | readonly number[])[]): Uint8Array =>
  Uint8Array.from([
    0x80,
    4,
    ...parts.flatMap((part) =>
      typeof part === "string" ? [...Buffer.from(part, "latin1")] : part,
    ),
    0x2e,
  ]);

const text = (value: string) => [0x8c, value.length, ...Buffer.from(value)];
const read = (bytes: Uint8Array) => readPickle(bytes, { globals: PLAIN_GLOBALS }).value;

const errorOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (!(error instanceof InterpBenchError)) throw error;
    return formatError(error);
  }
  return "accepted";
};

const READERS = [
  ["3/ll_model.pth", decodeTorchWeights],
  ["formats/legacy.pth", decodeTorchWeights],
  ["formats/views.pth", decodeTorchWeights],
  ["3/ll_model_cfg.pkl", decodeConfigPickle],
  ["13/ll_model_cfg.pkl", decodeConfigPickle],
  ["13/edges.pkl", decodeEdgesPickle],
  ["formats/result.pkl", decodeResultPickle],
] as const;

describe.each(READERS)("%s", (file, decode) => {
  const bytes = bytesOf(file);

  it("is refused when it is cut anywhere", () => {
    const step = Math.max(1, Math.floor(bytes.length / 1500));
    for (let end = 0; end < bytes.length; end += step) {
      expect([end, errorOf(() => decode(bytes.subarray(0, end)))]).toEqual([
        end,
        expect.stringMatching(/^E_(?:PICKLE|ZIP): /),
      ]);
    }
  });

  it("is read or refused, and nothing else, whatever bytes are changed", () => {
    for (let round = 0; round < 400; round++) {
      const key = Key.fromSeed(3).fold(file).fold(round);
      const changed = bytes.slice();
      for (const at of key.fold("places").integers(1 + (round % 3), bytes.length)) {
        changed[at] = key.fold("byte").fold(at).integers(1, 256)[0]!;
      }
      expect(errorOf(() => decode(changed))).toMatch(/^accepted|^E_(?:PICKLE|ZIP|DTYPE): /);
    }
  });
});

describe("pickles that run something", () => {
  it.each([
    ["a system call", pickle("cos\nsystem\n", text("touch owned"), 0x85, "R"), "os system"],
    ["eval", pickle("cbuiltins\neval\n", text("1"), 0x85, "R"), "builtins eval"],
    ["a name on the stack", pickle(text("posix"), text("system"), 0x93), "posix system"],
    ["an attribute of what is allowed", pickle("ccollections\nOrderedDict.update\n"), "update"],
    ["a name of every object", pickle("c__proto__\nconstructor\n"), "__proto__ constructor"],
  ])("are refused by name: %s", (_, bytes, name) => {
    const answer = errorOf(() => read(bytes));
    expect(answer).toContain("E_PICKLE: the pickle names something that is not plain data");
    expect(answer).toContain(name);
  });

  it("are refused for operations that plain data do not need", () => {
    // INST, OBJ, EXT1, PERSID, NEWOBJ_EX, NEXT_BUFFER, and the text forms of protocol 0.
    for (const code of [0x69, 0x6f, 0x82, 0x50, 0x92, 0x97, 0x49, 0x53, 0x56, 0x67]) {
      expect(errorOf(() => read(pickle(code)))).toContain(
        `an operation that plain data do not need (at pickle, byte 2) — received operation 0x${code.toString(16)}`,
      );
    }
    expect(errorOf(() => read(Uint8Array.of(0x80, 6, 0x4e, 0x2e)))).toContain("expected 2 to 5");
  });
});

describe("pickles that ask for much", () => {
  it("by lengths that are not there", () => {
    const huge = [0xff, 0xff, 0xff, 0xff];
    for (const code of [0x58, 0x42]) {
      expect(errorOf(() => read(pickle(code, huge)))).toContain("the pickle is truncated");
    }
    for (const code of [0x8d, 0x8e]) {
      expect(errorOf(() => read(pickle(code, huge, [0xff, 0xff, 0xff, 0x7f])))).toContain(
        "the pickle is truncated",
      );
    }
    expect(
      errorOf(() => read(pickle(0x8b, [65, 0, 0, 0], new Array<number>(65).fill(1)))),
    ).toContain("an integer of the pickle is too long");
  });

  it("by so many operations", () => {
    const many = pickle(new Array<number>(300_000).fill(0x7d));
    expect(errorOf(() => read(many))).toContain("at most 200000 operations");
  });

  it("by parts that hold one another twice, thirty times", () => {
    const doubled = Array.from({ length: 30 }, (_, i) => [0x94, 0x68, i, 0x86]).flat();
    const bomb = pickle("}", text("a"), [0x29, ...doubled], "s");
    expect(read(bomb)).toBeInstanceOf(Map);
    expect(errorOf(() => decodeConfigPickle(bomb))).toContain("the pickle holds too much");
    expect(errorOf(() => decodeEdgesPickle(bomb))).toContain("the pickle holds something else");
  });

  it("by nesting, and by holding themselves", () => {
    const deep = pickle(
      "}",
      text("a"),
      new Array<number>(50_000).fill(0x5d),
      new Array<number>(49_999).fill(0x61),
      "s",
    );
    expect(errorOf(() => decodeConfigPickle(deep))).toContain("nested at most 20 deep");
    const cycle = pickle("}", 0x94, text("a"), 0x68, 0, "s");
    expect(errorOf(() => decodeConfigPickle(cycle))).toContain("nested at most 20 deep");
  });

  it("by keys that objects have", () => {
    const odd = pickle("}", text("__proto__"), "}", text("polluted"), 0x88, "s", "s");
    const fields = decodeConfigPickle(odd);
    expect(Object.keys(fields)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("configurations that are no plain data", () => {
  it("are refused with the key: integers that are no numbers here, and bytes", () => {
    const big = [0x8a, 8, 0, 0, 0, 0, 0, 0, 0x20, 0];
    const nested = pickle("}", text("a"), "]", "}", text("b"), big, "s", "a", "s");
    expect(errorOf(() => decodeConfigPickle(nested))).toBe(
      "E_PICKLE: the pickle holds something else (at config.pkl: a[0].b) — " +
        "expected plain data, and integers up to 2⁵³ − 1 — received 9007199254740992",
    );
    const bytes = pickle("}", text("seed"), [0x43, 2, 65, 66], "s");
    expect(errorOf(() => decodeConfigPickle(bytes))).toContain(
      "(at config.pkl: seed) — expected plain data, and integers up to 2⁵³ − 1 — received Uint8Array",
    );
    const last = [0x8a, 7, 255, 255, 255, 255, 255, 255, 0x1f];
    expect(decodeConfigPickle(pickle("}", text("n"), last, "s"))).toEqual({ n: 2 ** 53 - 1 });
  });
});

describe("pickles that are not whole", () => {
  it.each([
    ["an empty stack", pickle(), "takes something from an empty stack"],
    ["no mark", pickle("t"), "looks for a mark that is not there"],
    ["a mark as value", pickle("("), "takes a mark for a value"],
    ["nothing stored", pickle(0x68, 1), "recalls what it has not stored"],
    ["a class as value", pickle("ccollections\nOrderedDict\n"), "takes a class for a value"],
    ["a call of a number", pickle("K", 1, ")R"), "calls something that is no constructor"],
    ["an item of a number", pickle("K", 1, "NNs"), "something that is no dict"],
    ["half an item", pickle("}(Nu"), "a key without a value"],
    ["a text that is not UTF-8", pickle(0x8c, 1, 0xff), "is not UTF-8"],
    ["something persistent", pickle("NQ"), "refers to something outside of it"],
    ["a dtype that is none", pickle("cnumpy\ndtype\n", text("O"), 0x85, "R"), "one of f8"],
  ])("tell what is wrong: %s", (_, bytes, message) => {
    expect(errorOf(() => read(bytes))).toContain(message);
  });
});

describe("weights that do not fit their file", () => {
  const int = (value: number) => [0x4a, ...new Uint8Array(Int32Array.of(value).buffer)];
  const list = (values: readonly number[]) => [0x28, ...values.flatMap(int), 0x74];

  /** A file of the older form with one tensor on a storage of `count` floats, of which some are there. */
  const saved = (
    {
      offset = 0,
      shape = [2],
      strides = [1],
      metadata = [],
    }: {
      offset?: number;
      shape?: number[];
      strides?: number[];
      metadata?: readonly (string | number | readonly number[])[];
    },
    { count = 4, there = 4, key = "0" } = {},
  ): Uint8Array => {
    const magic = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
    const storage = [
      "(",
      text("storage"),
      "ctorch\nFloatStorage\n",
      text("0"),
      text("cpu"),
      int(count),
      "NtQ",
    ];
    const tensor = [
      "ctorch._utils\n_rebuild_tensor_v2\n(",
      ...storage,
      int(offset),
      list(shape),
      list(strides),
      0x89,
      "ccollections\nOrderedDict\n)R",
      ...metadata,
      "tR",
    ];
    const parts = [
      pickle(magic),
      pickle(int(1001)),
      pickle("}"),
      pickle("}", text("w"), ...tensor, "s"),
      pickle("]", text(key), "a"),
      new Uint8Array(BigUint64Array.of(BigInt(count)).buffer),
      new Uint8Array(4 * there),
    ];
    return Uint8Array.from(parts.flatMap((part) => [...part]));
  };
  const answer = (...args: Parameters<typeof saved>) =>
    errorOf(() => decodeTorchWeights(saved(...args)));

  it("are read when they fit, to the last element", () => {
    expect(answer({})).toBe("accepted");
    expect(answer({ offset: 1, shape: [2, 2], strides: [0, 2] })).toBe("accepted");
    expect(answer({ offset: 9, shape: [0, 5], strides: [1, 1] })).toBe("accepted");
    expect([...decodeTorchWeights(saved({ shape: [], strides: [] })).get("w")!.data]).toEqual([0]);
  });

  it("are refused when they look beyond their storage", () => {
    for (const view of [
      { offset: 3 },
      { strides: [4] },
      { shape: [2, 2], strides: [2, 2] },
      { shape: [2 ** 30, 2 ** 30], strides: [2 ** 30, 2 ** 30] },
    ]) {
      expect(answer(view)).toContain("elements within the 4 of its storage");
    }
    for (const view of [{ offset: -1 }, { shape: [-2] }, { strides: [-1] }]) {
      expect(answer(view)).toContain("a storage, an offset, sizes and strides");
    }
    expect(answer({ shape: [2, 2] })).toContain("as many strides as sizes");
  });

  it("are refused when their metadata say what is not known", () => {
    const [yes, none] = [0x88, "N"];
    for (const metadata of [[none], ["}"], ["}", text("conj"), yes, "s"]]) {
      expect(answer({ metadata })).toBe("accepted");
    }
    for (const metadata of [
      ["}", text("neg"), yes, "s", text("sparse"), yes, "s"],
      ["}", text("neg"), "K", 1, "s"],
      ["]"],
    ]) {
      expect(answer({ metadata })).toMatch(
        /^E_PICKLE: .*no metadata but the bits "neg" and "conj"/s,
      );
    }
  });

  it("are refused when repeated elements would fill the memory", () => {
    expect(answer({ shape: [2 ** 30, 2 ** 30], strides: [0, 0] })).toContain(
      "the tensors are too large for the file",
    );
    expect(answer({ shape: [2 ** 20], strides: [0] })).toContain("too large for the file");
    expect(
      answer({ shape: new Array<number>(65).fill(1), strides: new Array<number>(65).fill(1) }),
    ).toContain("a storage, an offset, sizes and strides");
  });

  it("are refused when their elements are not there", () => {
    expect(answer({}, { there: 3 })).toContain(
      "expected 16 bytes for storage 0 — received 12 bytes",
    );
    expect(answer({}, { count: 2 ** 30, there: 1 })).toContain("received 4 bytes");
    expect(answer({}, { key: "1" })).toContain("storages that the tensors use — received 1");
  });
});
