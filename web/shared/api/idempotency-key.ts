/** A new key for one intention of a person; the same key goes with every attempt to carry it out. */
export function newIdempotencyKey(): string {
  // Not randomUUID: browsers offer it on secure origins only, and a trial in one's own network is none.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
