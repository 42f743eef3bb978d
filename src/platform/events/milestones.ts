type Milestone = { readonly position: number; readonly wait: PromiseWithResolvers<void> };

/** Those who wait until a consumer has come to a position. */
export class Milestones {
  #waiting: Milestone[] = [];
  #abandoned: Error | undefined;

  wait(position: number, now: number): Promise<void> {
    if (now >= position) return Promise.resolve();
    if (this.#abandoned) return Promise.reject(this.#abandoned);
    const wait = Promise.withResolvers<void>();
    this.#waiting.push({ position, wait });
    return wait.promise;
  }

  reached(position: number): void {
    if (this.#waiting.length === 0) return;
    const passed = this.#waiting.filter((milestone) => milestone.position <= position);
    this.#waiting = this.#waiting.filter((milestone) => milestone.position > position);
    for (const milestone of passed) milestone.wait.resolve();
  }

  abandon(error: Error): void {
    this.#abandoned = error;
    for (const milestone of this.#waiting) milestone.wait.reject(error);
    this.#waiting = [];
  }
}
