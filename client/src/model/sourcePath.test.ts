import { describe, expect, it } from "vitest";
import { bestMatches, directCandidates, missingSource } from "./sourcePath";

describe("source paths", () => {
  it("takes an absolute path as it is and looks for a relative one in each folder", () => {
    expect(directCandidates("/build/../src/gc.c", ["/w"])).toEqual(["/src/gc.c"]);
    expect(directCandidates("../gc.c", ["/w/a", "/x"])).toEqual(["/w/gc.c", "/gc.c"]);
  });

  it("prefers the file that shares the longest tail", () => {
    const found = ["/w/a/gc/move.c", "/w/b/heap/gc/move.c", "/w/move.c"];
    expect(bestMatches("/build/heap/gc/move.c", found)).toEqual(["/w/b/heap/gc/move.c"]);
    expect(bestMatches("move.c", found)).toEqual(found);
    expect(bestMatches("/build/other.c", found)).toEqual([]);
    expect(bestMatches("/build/other.c", [])).toEqual([]);
  });

  it("says where the program was compiled", () => {
    expect(missingSource("/build/gc.c")).toContain("compiled from /build/gc.c");
  });
});
