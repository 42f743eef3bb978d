/** One Server-Sent Event. `id` is undefined where the event names none. */
export type ServerEvent = { readonly event: string; readonly data: string; readonly id: string | undefined };

/**
 * Reads an event stream piece by piece (WHATWG HTML, section 9.2.6). Only what our server sends is read: lines end in
 * LF, and `retry` is left to the caller, who spreads a crowd's reconnections itself.
 */
export class EventParser {
  #rest = '';
  #event = '';
  #data: string[] = [];
  #id: string | undefined;

  /** @returns the events that this piece completes */
  push(text: string): ServerEvent[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#read(line));
  }

  #read(line: string): ServerEvent[] {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    // A line that begins with a colon is a comment: a sign of life.
    if (colon === 0) return [];
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    else if (field === 'id' && value !== '') this.#id = value;
    return [];
  }

  #dispatch(): ServerEvent[] {
    const event = { event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id };
    const isEmpty = this.#data.length === 0;
    this.#event = '';
    this.#data = [];
    this.#id = undefined;
    return isEmpty ? [] : [event];
  }
}
