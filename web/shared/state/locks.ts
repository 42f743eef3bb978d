/**
 * Locks between the tabs of this browser; undefined on origins without HTTPS, which have none, and where site data is
 * blocked, which denies every one of them.
 */
export function locksOfTabs(): LockManager | undefined {
  try {
    // Reading the name throws where site data is blocked.
    void localStorage;
  } catch {
    return undefined;
  }
  return 'locks' in navigator ? navigator.locks : undefined;
}
