import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatPlace, hubPlace, isPath } from "./place.ts";
import { hubSettings } from "./settings.ts";

describe("the settings of the hub", () => {
  it("are those of its own tools", () => {
    expect(hubSettings({ HF_TOKEN_PATH: "/nowhere" })).toEqual({
      endpoint: "https://huggingface.co",
      cache: join(homedir(), ".cache/huggingface/hub"),
      isOffline: false,
      token: undefined,
      timeout: 10_000,
    });
  });

  it.each([
    [{ XDG_CACHE_HOME: "/xdg" }, "/xdg/huggingface/hub"],
    [{ XDG_CACHE_HOME: "/xdg", HF_HOME: "/home" }, "/home/hub"],
    [{ HF_HOME: "/home", HUGGINGFACE_HUB_CACHE: "/old" }, "/old"],
    [{ HF_HOME: "/home", HUGGINGFACE_HUB_CACHE: "/old", HF_HUB_CACHE: "/new" }, "/new"],
    [{ HF_HUB_CACHE: "~/mine" }, join(homedir(), "mine")],
    [{ HF_HUB_CACHE: "" }, join(homedir(), ".cache/huggingface/hub")],
  ])("say where the cache is: %j", (env, cache) => {
    expect(hubSettings(env).cache).toBe(resolve(cache));
  });

  it.each([
    ["1", true],
    ["ON", true],
    ["yes", true],
    ["True", true],
    ["0", false],
    ["", false],
  ])("HF_HUB_OFFLINE=%j", (HF_HUB_OFFLINE, isOffline) => {
    expect(hubSettings({ HF_HUB_OFFLINE }).isOffline).toBe(isOffline);
  });

  it("say where the hub is, with which token, and how long it may be silent", () => {
    const env = {
      HF_ENDPOINT: "http://127.0.0.1:8000/",
      HF_TOKEN: " hf_x\n",
      HF_HUB_DOWNLOAD_TIMEOUT: "2.5",
    };
    expect(hubSettings(env)).toMatchObject({
      endpoint: "http://127.0.0.1:8000",
      token: "hf_x",
      timeout: 2500,
    });
  });

  it.each([
    { HF_ENDPOINT: "huggingface.co" },
    { HF_ENDPOINT: "file:///etc" },
    { HF_HUB_DOWNLOAD_TIMEOUT: "soon" },
    { HF_HUB_DOWNLOAD_TIMEOUT: "0" },
  ])("that mean nothing are refused: %j", (env) => {
    expect(() => hubSettings(env)).toThrow(/is not valid$/);
  });
});

describe("the token of the hub", () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "token-"));
    writeFileSync(join(home, "token"), "hf_login\r\n");
    writeFileSync(join(home, "other"), "hf_other");
    writeFileSync(join(home, "empty"), " \n");
  });
  afterAll(() => rmSync(home, { recursive: true }));

  it.each([
    [{}, "hf_login"],
    [{ HF_TOKEN: "hf_x" }, "hf_x"],
    [{ HF_TOKEN: " ", HUGGING_FACE_HUB_TOKEN: "hf_old" }, "hf_old"],
    [{ HF_TOKEN_PATH: "other" }, "hf_other"],
    [{ HF_TOKEN_PATH: "empty" }, undefined],
    [{ HF_TOKEN_PATH: "." }, undefined],
    [{ HF_TOKEN_PATH: "missing" }, undefined],
    [{ HF_TOKEN: "hf_x", HF_HUB_DISABLE_IMPLICIT_TOKEN: "1" }, undefined],
  ] as [Record<string, string>, string | undefined][])(
    "is found as Python's tools do: %j",
    (env, token) => {
      const { HF_TOKEN_PATH: name } = env;
      const path = name === undefined ? {} : { HF_TOKEN_PATH: join(home, name) };
      expect(hubSettings({ ...env, HF_HOME: home, ...path }).token).toBe(token);
    },
  );
});

describe("a place on the hub", () => {
  const place = { repository: "owner/repo", folder: "3", revision: "main" };

  it("is written as it is typed", () => {
    expect(formatPlace(place)).toBe("hf:owner/repo/3");
    expect(formatPlace({ ...place, folder: "" })).toBe("hf:owner/repo");
    expect(formatPlace({ ...place, revision: "v1" })).toBe("hf:owner/repo/3@v1");
  });

  it("has names that stay where they are", () => {
    expect(hubPlace({ ...place, folder: "3/" })).toEqual(place);
    for (const changes of [
      { repository: "repo" },
      { repository: "../.." },
      { repository: "a/b--c" },
      { folder: "/etc" },
      { folder: "a/../b" },
      { revision: "" },
      { revision: "../x" },
    ]) {
      expect(() => hubPlace({ ...place, ...changes }), JSON.stringify(changes)).toThrow(
        "this is not the name of",
      );
    }
  });

  it.each(["a//b", "a\\b", "C:", "..", ".", "a b", "a\u0000", "a/..", "a?b", "a#b", "%2e%2e"])(
    "has no path %j",
    (text) => expect(isPath(text)).toBe(false),
  );
});
