import { describe, expect, it } from "vitest";
import { formatError } from "../../errors/index.ts";
import { queueAddress } from "./address.ts";

describe("the address of a queue", () => {
  it("says where to connect, and as whom", () => {
    expect(queueAddress("redis://host").connection).toEqual({ host: "host", port: 6379, db: 0 });
    expect(queueAddress("rediss://me:a%40b%2F@[::1]:7000/3").connection).toEqual({
      host: "::1",
      port: 7000,
      db: 3,
      username: "me",
      password: "a@b/",
      tls: {},
    });
    expect(queueAddress("redis://:secret@host").connection).toMatchObject({ password: "secret" });
  });

  it("is shown without user and password", () => {
    expect(queueAddress("redis://me:secret@host/2").shown).toBe("redis://host:6379/2");
  });

  it.each([
    "",
    "host:6379",
    "http://me:secret@host",
    "redis://me:secret@",
    "redis://me:secret",
    "redis://me:sec%ret@host",
    "redis://me:secret@host/a",
    "redis://me:secret@host/0?secret=1",
    "redis://me:secret@host:port",
    "redis://me:sec ret@ho st",
  ])("is not %j, of which no secret is told", (text) => {
    expect.assertions(2);
    try {
      queueAddress(text);
    } catch (error) {
      expect(formatError(error)).toMatch(/^E_QUEUE: /);
      expect(formatError(error)).not.toMatch(/sec|me:/);
    }
  });
});
