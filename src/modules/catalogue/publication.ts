import type { Principal } from '../../platform/auth/principal.ts';
import { mayChange } from './actor.ts';

export type Visibility = 'draft' | 'published' | 'hidden';

/** Who may see a concert, as it is stored. */
export type Publication = {
  readonly visibility: Visibility;
  /** Epoch ms: published from then on, unless it is hidden; null: as `visibility` says. */
  readonly publishAt: number | null;
};

/** From when on everybody may see it and book, epoch ms: 0 for always, infinite for never. */
export function publicFrom({ visibility, publishAt }: Publication): number {
  if (visibility === 'hidden') return Infinity;
  return publishAt ?? (visibility === 'published' ? 0 : Infinity);
}

/** What it is now: a draft is published once its time has come. */
export function visibilityAt(publication: Publication, now: number): Visibility {
  if (publication.visibility === 'hidden') return 'hidden';
  return publicFrom(publication) <= now ? 'published' : 'draft';
}

/** What a seller may say of it. A visibility without a time holds at once. */
export type PublicationChange = {
  readonly visibility?: Visibility;
  readonly publishAt?: string | null;
};

export function publicationAfter(
  current: Publication,
  { visibility, publishAt }: PublicationChange,
): Publication {
  if (publishAt === undefined)
    return visibility === undefined
      ? { visibility: current.visibility, publishAt: current.publishAt }
      : { visibility, publishAt: null };
  return {
    visibility: visibility ?? current.visibility,
    publishAt: publishAt === null ? null : Date.parse(publishAt),
  };
}

/** Anyone who reads; nobody known without a token. */
export type Viewer = Principal | null;

/** Whether it is this person's own to look after, published or not. */
export function looksAfter(viewer: Viewer, sellerId: string): boolean {
  return viewer !== null && mayChange(viewer, sellerId);
}
