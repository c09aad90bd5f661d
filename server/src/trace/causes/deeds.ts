/** What was done, by whom and from where: the evidence that causes point to. The latest million are kept. */

export interface Deed {
  /** In words: `COPY`, `madvise(MADV_DONTNEED)`, `fork`. */
  readonly what: string;
  /** When it began; of memory-management calls when it returned. */
  readonly timeNs: number;
  readonly endNs: number;
  readonly pid: number;
  readonly tid: number;
  readonly site: number;
}

const FIRST_CAPACITY = 1024;
const MAX_CAPACITY = 1 << 20;
const TIMES = 2;
const NUMBERS = 4;

export class DeedLog {
  private times = new Float64Array(FIRST_CAPACITY * TIMES);
  private numbers = new Int32Array(FIRST_CAPACITY * NUMBERS);
  private capacity = FIRST_CAPACITY;
  private readonly words: string[] = [];
  private readonly wordNumbers = new Map<string, number>();
  /** Number of the next deed; the first is 1, so that 0 is none. */
  private next = 1;

  /** Keeps a deed; its number is larger than all before. */
  add(what: string, timeNs: number, endNs: number, pid: number, tid: number, site: number): number {
    if (this.next >= this.capacity && this.capacity < MAX_CAPACITY) this.grow();
    const slot = this.next % this.capacity;
    this.times[slot * TIMES] = timeNs;
    this.times[slot * TIMES + 1] = endNs;
    const at = slot * NUMBERS;
    this.numbers[at] = pid;
    this.numbers[at + 1] = tid;
    this.numbers[at + 2] = site;
    this.numbers[at + 3] = this.wordNumber(what);
    return this.next++;
  }

  /** Number of the latest deed. */
  get newest(): number {
    return this.next - 1;
  }

  /** Undefined when it lies too far back. */
  get(number: number): Deed | undefined {
    if (number <= 0 || number >= this.next || number <= this.next - this.capacity) return undefined;
    const slot = number % this.capacity;
    const at = slot * NUMBERS;
    return {
      what: this.words[this.numbers[at + 3] as number] ?? "",
      timeNs: this.times[slot * TIMES] as number,
      endNs: this.times[slot * TIMES + 1] as number,
      pid: this.numbers[at] as number,
      tid: this.numbers[at + 1] as number,
      site: this.numbers[at + 2] as number,
    };
  }

  private wordNumber(word: string): number {
    const known = this.wordNumbers.get(word);
    if (known !== undefined) return known;
    this.words.push(word);
    this.wordNumbers.set(word, this.words.length - 1);
    return this.words.length - 1;
  }

  /** Only before the ring has wrapped, so slots stay where they are. */
  private grow(): void {
    this.capacity *= 2;
    const times = new Float64Array(this.capacity * TIMES);
    times.set(this.times);
    this.times = times;
    const numbers = new Int32Array(this.capacity * NUMBERS);
    numbers.set(this.numbers);
    this.numbers = numbers;
  }
}
