import { lengthOf } from '../../shared/i18n/length.ts';
import { ticketPaths } from '../paths.ts';

const PASSWORD_LENGTH = { min: 8, max: 128 };

/** Signing up and signing in ask for the same: what one took the other takes. */
export function isPassword(text: string): boolean {
  const length = lengthOf(text);
  return length >= PASSWORD_LENGTH.min && length <= PASSWORD_LENGTH.max;
}

export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
}

/** Where the person wanted to go, if it is a page of ours. An address of another site is none. */
export function nextPath(query: URLSearchParams): string {
  const next = query.get('next') ?? '';
  return /^\/(?![/\\])[\w/.?=&%-]*$/.test(next) ? next : ticketPaths.concerts;
}
