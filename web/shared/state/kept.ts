/** Small texts that outlive the page. */
export type Keeper = {
  read(key: string): string | null;
  write(key: string, value: string): void;
  forget(key: string): void;
  keys(): readonly string[];
};

/**
 * What a storage keeps. Where site data is blocked the very name `localStorage` throws, and a full or read-only storage
 * throws at a write: then it is kept in memory, for as long as the page stands.
 */
export function createKeeper(storage: () => Storage): Keeper {
  const memory = new Map<string, string>();
  return {
    read(key) {
      try {
        return memory.get(key) ?? storage().getItem(key);
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        storage().setItem(key, value);
        memory.delete(key);
      } catch {
        memory.set(key, value);
      }
    },
    forget(key) {
      memory.delete(key);
      try {
        storage().removeItem(key);
      } catch {
        // Then nothing was kept there.
      }
    },
    keys() {
      try {
        return [...new Set([...Object.keys(storage()), ...memory.keys()])];
      } catch {
        return [...memory.keys()];
      }
    },
  };
}

/** For all tabs of this browser. */
export const keptInBrowser = createKeeper(() => localStorage);
/** For this tab alone. */
export const keptInTab = createKeeper(() => sessionStorage);

const PROBE = 'firstcome_probe';

/**
 * Whether this browser keeps what a session needs: a cookie, and a note that there is one. It is tried, since
 * `navigator.cookieEnabled` is true also where a person has blocked the data of this site.
 */
export function isSiteDataBlocked(): boolean {
  try {
    localStorage.setItem(PROBE, '');
    localStorage.removeItem(PROBE);
    // The Cookie Store API answers later and on secure origins only.
    document.cookie = `${PROBE}=1; SameSite=Strict; Path=/`;
    const isKept = document.cookie.includes(PROBE);
    document.cookie = `${PROBE}=; SameSite=Strict; Path=/; Max-Age=0`;
    return !isKept;
  } catch {
    return true;
  }
}
