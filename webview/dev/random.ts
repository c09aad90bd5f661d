/** Seeded random numbers, so that a picture can be compared with the one before. */

export interface Random {
  /** Uniform in 0…1. */
  next(): number;
  /** Log-normal around `median`. */
  around(median: number, spread: number): number;
}

/** A generator that gives the same numbers for the same seed (xorshift, 32 bits). */
export function seeded(seed: number): Random {
  let state = seed | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next());
  return { next, around: (median, spread) => median * Math.exp(normal() * spread) };
}
