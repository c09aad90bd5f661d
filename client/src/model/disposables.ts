/** Things to let go of together. What is added after that is let go of at once, so a late arrival cannot leak. */
export class DisposableList {
  #items: { dispose(): unknown }[] = [];
  #disposed = false;

  add<T extends { dispose(): unknown }>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  /** Newest first. */
  dispose(): void {
    this.#disposed = true;
    const items = this.#items.reverse();
    this.#items = [];
    for (const item of items) item.dispose();
  }
}
