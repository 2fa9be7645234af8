import { describe, expect, it } from "vitest";
import { TileMemory } from "./memory.ts";

function small(maximum = 1 << 16): TileMemory {
  let buffer = new ArrayBuffer(1024);
  const memory = {
    get buffer() {
      return buffer;
    },
    maximum,
    growTo: (bytes: number) => {
      const grown = new ArrayBuffer(bytes);
      new Uint8Array(grown).set(new Uint8Array(buffer));
      buffer = grown;
    },
  };
  return new TileMemory(memory, 1);
}

describe("a tile memory", () => {
  it("gives a block of nothing a place of its own", () => {
    const memory = small();
    expect(memory.allocate(0)).not.toBe(memory.allocate(0));
  });

  it("uses released blocks again and joins neighbours", () => {
    const memory = small();
    const [a, b, c] = [memory.allocate(16), memory.allocate(16), memory.allocate(16)];
    memory.allocate(16);
    memory.release(a);
    memory.release(c);
    memory.release(b);
    expect(memory.allocate(48)).toBe(a);
  });

  it("ignores a second release", () => {
    const memory = small();
    const a = memory.allocate(16);
    memory.release(a);
    memory.release(a);
    expect(memory.allocate(16)).toBe(a);
    expect(memory.allocate(16)).not.toBe(a);
  });

  it("keeps contents when it grows", () => {
    const memory = small();
    const a = memory.allocate(4);
    memory.floats.set([1, 2, 3, 4], a);
    memory.allocate(5000);
    expect([...memory.floats.slice(a, a + 4)]).toEqual([1, 2, 3, 4]);
  });

  it("counts what blocks take now and took at most, rounded up to cache lines", () => {
    const memory = small();
    expect(memory.use).toEqual({ used: 0, peak: 0, reserved: 1024 });
    const [a, b] = [memory.allocate(16), memory.allocate(17)];
    expect(memory.use).toEqual({ used: 192, peak: 192, reserved: 1024 });
    memory.release(b);
    memory.release(b);
    memory.release(a);
    memory.allocate(5);
    expect(memory.use).toEqual({ used: 64, peak: 192, reserved: 1024 });
  });

  it("counts gaps as reserved", () => {
    const memory = small();
    memory.release(memory.allocate(2000));
    expect(memory.use).toEqual({ used: 0, peak: 8000, reserved: 8064 });
  });

  it("grows by what a free block at the end lacks", () => {
    const memory = small();
    memory.allocate(16);
    const large = memory.allocate(2000);
    memory.release(large);
    const kept = memory.allocate(16);
    const again = memory.allocate(2000);
    expect(again).toBe(kept + 16);
    expect(memory.use).toEqual({ used: 8128, peak: 8128, reserved: 8192 });
    memory.release(again);
    memory.release(kept);
    expect(memory.allocate(2032)).toBe(large);
  });

  it("says how much there is when it is full", () => {
    expect(() => small(4096).allocate(5000)).toThrow("the backend's memory is full");
  });

  it("says the same when the system gives no more, and keeps what it has", () => {
    const buffer = new ArrayBuffer(1024);
    const growTo = () => {
      throw new RangeError("WebAssembly.Memory.grow(): Unable to grow instance memory");
    };
    const memory = new TileMemory({ buffer, maximum: 2 ** 32, growTo }, 1);
    const a = memory.allocate(16);
    const full = { code: "E_MEMORY", expected: "at most 1 MiB", received: "4 MiB" };
    expect(() => memory.allocate(1_000_000)).toThrow(expect.objectContaining(full));
    memory.release(a);
    expect(memory.allocate(16)).toBe(a);
    expect(memory.use.used).toBe(64);
  });
});
