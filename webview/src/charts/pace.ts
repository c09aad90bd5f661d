/** Tables are read, not watched: while recording they change once a second, charts with every frame. */

const EVERY_NS = 1e9;

export interface Pace {
  /** True when a table that shows `what` should be made again at recording time `nowNs`. */
  due(what: string, nowNs: number, live: boolean): boolean;
  /** The table is no longer shown: the next time it is, it is due. */
  forget(): void;
}

export function createPace(): Pace {
  let last: { readonly what: string; readonly nowNs: number } | undefined;
  return {
    due(what, nowNs, live) {
      const same = last !== undefined && last.what === what && nowNs >= last.nowNs && nowNs - last.nowNs < EVERY_NS;
      if (live && same) return false;
      last = { what, nowNs };
      return true;
    },
    forget() {
      last = undefined;
    },
  };
}
