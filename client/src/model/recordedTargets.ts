/** What the targets of a recording held when it began: listed once for each recording, for whatever page shows it. */
import type { Target, TargetList } from "#protocol/session";

export class RecordedTargets {
  #file: string | undefined;
  #loading: Promise<void> = Promise.resolve();
  #loaded: { readonly file: string; readonly targets: readonly Target[] } | undefined;

  /**
   * @param list asks the machine
   * @param warn gets one sentence when it does not answer; the recording is shown without
   */
  constructor(
    readonly list: () => Promise<TargetList>,
    readonly warn: (message: string) => void,
  ) {}

  /** Processes as listed for the recording `file`; empty before that. */
  of(file: string): readonly Target[] {
    return this.#loaded?.file === file ? this.#loaded.targets : [];
  }

  /** Lists them if that has not been done for `file`. Resolves true when the caller has not seen the answer yet. */
  async load(file: string): Promise<boolean> {
    if (this.#loaded?.file === file) return false;
    if (this.#file !== file) {
      this.#file = file;
      this.#loading = this.#load(file);
    }
    await this.#loading;
    return this.of(file).length > 0;
  }

  async #load(file: string): Promise<void> {
    try {
      const { targets } = await this.list();
      this.#loaded = { file, targets };
    } catch (error) {
      this.#loaded = { file, targets: [] };
      this.warn(`What the targets have registered is not known: ${String(error)}`);
    }
  }
}
