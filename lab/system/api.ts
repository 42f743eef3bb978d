export type Credentials = { readonly accessToken: string; readonly pass?: string };

/** Asks the system in JSON, outside of any measurement. */
export class Api {
  readonly #address: string;
  readonly #credentials: Credentials | undefined;

  constructor(address: string, credentials?: Credentials) {
    this.#address = address;
    this.#credentials = credentials;
  }

  /** @throws Error with the answer when it is none of 2xx */
  async ask<T>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<T> {
    const { accessToken, pass } = this.#credentials ?? {};
    const response = await fetch(this.#address + path, {
      method,
      headers: {
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
        ...(pass === undefined ? {} : { 'room-pass': pass }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} is answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }

  /** @returns the same system as it answers to this person */
  async logIn(email: string, password: string): Promise<Api> {
    return new Api(this.#address, await this.ask<Credentials>('POST', '/v1/sessions', { email, password }));
  }
}
