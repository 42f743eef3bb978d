/**
 * How many partitions there are. Marks are kept for each, so the number is fixed when a database is made; the schema
 * of events holds it too.
 */
export const PARTITIONS = 12;

/** The partition of a key: FNV-1a of its UTF-16 units, which every process and every feed computes alike. */
export function partitionOf(partitionKey: string, partitions = PARTITIONS): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < partitionKey.length; index++) {
    hash = Math.imul(hash ^ partitionKey.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % partitions;
}
