/**
 * Where the instances of a role are. Whoever asks does so again and again: a list may be out of date, so that who
 * uses it looks at the health of each.
 */
export type InstanceRegistry = {
  /** @returns origins such as `http://10.0.0.7:8081`. @throws Error when it cannot be known now: the last list stands */
  list(): Promise<readonly string[]>;
};

/** Instances that a setting names; who is away is passed over by its health. */
export function staticRegistry(origins: readonly string[]): InstanceRegistry {
  return { list: () => Promise.resolve(origins) };
}
