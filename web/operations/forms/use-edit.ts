import { useState } from 'react';
import { beginEdit, changedFields, type Edit, rebase } from './edit.ts';

export type Editing<T extends object> = Edit<T> & {
  readonly changed: Partial<T>;
  readonly isTouched: boolean;
  readonly set: (draft: T) => void;
  /** Names the version that the person has seen, for the PATCH. */
  readonly headers: { readonly 'if-match': string };
  /** Begins again from what is there now, such as what a save has answered. */
  readonly restart: (now: { readonly version: number }) => void;
};

/**
 * A form for something that others may change too. `current` is what is known of it now, and may be read again at any
 * time: fields that were not touched here follow it, and `others` names those that changed under the person's eyes.
 */
export function useEdit<V extends { readonly version: number }, T extends object>(
  current: V,
  draftOf: (value: V) => T,
): Editing<T> {
  const [edit, setEdit] = useState<Edit<T>>(() => beginEdit(current.version, draftOf(current)));
  let shown = edit;
  if (current.version > edit.version) {
    const now = draftOf(current);
    shown = isTouched(changedFields(edit))
      ? rebase(edit, current.version, now)
      : beginEdit(current.version, now);
    setEdit(shown);
  }
  const changed = changedFields(shown);
  return {
    ...shown,
    changed,
    isTouched: isTouched(changed),
    set: (draft) => setEdit({ ...shown, draft }),
    headers: { 'if-match': `"${shown.version}"` },
    restart: (now) => setEdit(beginEdit(now.version, draftOf(now as V))),
  };
}

function isTouched(changed: object): boolean {
  return Object.keys(changed).length > 0;
}
