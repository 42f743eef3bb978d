type Milestone = { readonly offset: number; readonly wait: PromiseWithResolvers<void> };

/** Those who wait until a consumer has come to an offset. */
export class Milestones {
  #waiting: Milestone[] = [];
  #abandoned: Error | undefined;

  wait(offset: number, now: number): Promise<void> {
    if (now >= offset) return Promise.resolve();
    if (this.#abandoned) return Promise.reject(this.#abandoned);
    const wait = Promise.withResolvers<void>();
    this.#waiting.push({ offset, wait });
    return wait.promise;
  }

  reached(offset: number): void {
    if (this.#waiting.length === 0) return;
    const passed = this.#waiting.filter((milestone) => milestone.offset <= offset);
    this.#waiting = this.#waiting.filter((milestone) => milestone.offset > offset);
    for (const milestone of passed) milestone.wait.resolve();
  }

  abandon(error: Error): void {
    this.#abandoned = error;
    for (const milestone of this.#waiting) milestone.wait.reject(error);
    this.#waiting = [];
  }
}
