import { ticketPaths } from '../paths.ts';

export const PASSWORD_LENGTH_MIN = 8;

export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
}

/** Where the person wanted to go, if it is a page of ours. An address of another site is none. */
export function nextPath(query: URLSearchParams): string {
  const next = query.get('next') ?? '';
  return /^\/(?![/\\])[\w/.?=&%-]*$/.test(next) ? next : ticketPaths.concerts;
}
