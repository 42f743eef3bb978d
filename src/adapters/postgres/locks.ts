/**
 * The advisory locks of this schema, each with a number of its own. PostgreSQL keeps locks of one key (bigint) apart
 * from those of two (int, int).
 *
 * Two keys are also taken by the one who holds seats: the hashes of a performance and an account, in the SQL functions. A
 * hash may equal `once`; then one waits for the other without need, and no harm is done.
 */
export const LOCKS = {
  /** One key, to the end of the transaction: instances that start together migrate one after the other. */
  migration: 7_155_021,
  /** The upper half of one key, the lower is the number of a process that keeps rooms; as long as its session lives. */
  roomHolder: 7_155_022,
  /** The first of two keys, the second is the hash of the work's name. */
  once: 7_155_023,
  /** One key, to the end of the transaction: who acts as a manager, or becomes one, waits for others who do. */
  managers: 7_155_024,
} as const;
