import type { Result } from '../../kernel/result.ts';
import type { Principal } from '../auth/principal.ts';
import type { SubscribeOptions } from './hub.ts';
import type { Begin, Topic } from './topic.ts';

/** A topic, and how one person follows it. */
export type Followed = SubscribeOptions & { readonly topic: Topic };

/** What somebody has already who comes back. */
export type ResumeFrom = Pick<Begin, 'after' | 'version'>;

/** Who follows, at the moment: tokens are renewed, and roles taken, meanwhile. Null: anyone. */
export type ViewerNow = () => Principal | null;

/** Something live that can be followed by any transport. */
export type LiveView = {
  /** Its STOMP destination; `*` stands for the key. */
  readonly destination: string;
  /** Decides whether this person may follow it now. The code of a refusal is one of the module's problems. */
  open(key: string, viewer: ViewerNow, from: ResumeFrom): Promise<Result<Followed>>;
};
