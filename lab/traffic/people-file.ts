import { readFileSync } from 'node:fs';
import type { Share } from '../load/traffic.ts';

/** Somebody who can call the system. Made by `cli -- tokens`. */
export type Person = { readonly accessToken: string; readonly pass?: string };

const read = new Map<string, readonly (Person | undefined)[]>();
const KEPT_MAX = 8;

/**
 * People of a file of JSON lines, by number. Those of other processes are left out: a process holds only
 * its own. Files do not change once they are written, so they are read once.
 */
export function readPeople(file: string, share: Share): readonly (Person | undefined)[] {
  const key = `${file} ${share.no}/${share.of}`;
  const known = read.get(key);
  if (known) return known;
  const people = parsePeople(readFileSync(file), share);
  const oldest = read.keys().next().value;
  if (read.size >= KEPT_MAX && oldest !== undefined) read.delete(oldest);
  read.set(key, people);
  return people;
}

/** Line by line out of the bytes: a million people are more text than fits into one string. */
function parsePeople(bytes: Buffer, share: Share): readonly (Person | undefined)[] {
  const people: (Person | undefined)[] = [];
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(10, at);
    const end = newline < 0 ? bytes.length : newline;
    const its = people.length % share.of === share.no;
    people.push(its ? toPerson(bytes.toString('latin1', at, end)) : undefined);
    at = end + 1;
  }
  return people;
}

function toPerson(line: string): Person {
  const { accessToken, pass } = JSON.parse(line) as Person;
  return pass === undefined ? { accessToken } : { accessToken, pass };
}

/** @throws Error for somebody who belongs to another process */
export function personAt(people: readonly (Person | undefined)[], no: number): Person {
  const person = people[no];
  if (!person) throw new Error(`person ${no} is not of this process`);
  return person;
}

/** How many people take turns: a turn leads back to people of the same process only if all have as many. */
export function sharedCount(count: number, share: Share): number {
  return count - (count % share.of);
}
