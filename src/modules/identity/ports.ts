import type { Result } from '../../kernel/result.ts';
import type { ResultSlot } from '../../platform/idempotency/ports.ts';
import type { Language, Role, RoleChange, SessionState } from './model.ts';

/** Times are epoch ms. */
export type Account = {
  readonly id: string;
  /** In lower case. */
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly language: Language;
  /** When its owner showed that they read mails there; null: not yet. */
  readonly emailConfirmedAt: number | null;
  readonly createdAt: number;
};

/** An account with its password's hash in PHC form; apart, so that the hash does not travel along. */
export type Credentials = { readonly account: Account; readonly passwordHash?: string };

/** Nobody has confirmed its address. */
export type NewAccount = Omit<Account, 'language' | 'emailConfirmedAt'> & {
  /** Default ko. */
  readonly language?: Language;
  /** In PHC form; without one nobody can log in by password. */
  readonly passwordHash?: string;
  /** Of an account that is made; its effect is the Account. */
  readonly saveTo?: ResultSlot;
};

export type RoleChangeRequest = {
  readonly accountId: string;
  readonly change: RoleChange;
  readonly by: RoleChanger;
  /** Of a success; its effect is the Account. */
  readonly saveTo?: ResultSlot | undefined;
};

/** Who changes a role, and by which right, which is asked for again under lock. */
export type RoleChanger =
  | {
      readonly how: 'enrolment';
      readonly accountId: string;
      /** The code by its digest, and how often it may give its role; without it any number of times. */
      readonly code?: CodeUse;
    }
  /** A code that is good while there is no manager. */
  | { readonly how: 'first'; readonly accountId: string }
  | { readonly how: 'manager'; readonly accountId: string }
  /** Anyone who has the machine; the change names the account itself. */
  | { readonly how: 'command'; readonly accountId: string };

export type CodeUse = { readonly digest: Buffer; readonly usesMax: number };

export type RoleChangeRefusal =
  | 'account_not_found'
  /** Who changes it is no manager any more. */
  | 'role_required'
  /** A manager took the role away: a code does not bring it back. */
  | 'role_revoked'
  | 'enrolment_code_used'
  | 'enrolment_code_invalid';

export type RoleChangeOutcome = {
  readonly account: Account;
  /** Set where a role was taken away: access tokens issued up to then have ended. Epoch ms. */
  readonly tokensEndedAt?: number;
};

/** Access tokens of an account issued up to `at` have ended. */
export type AccountEnding = { readonly accountId: string; readonly at: number };

/** Which accounts a list shows, newest first. */
export type AccountQuery = {
  /** Found in e-mail address or name, whatever the case. */
  readonly text?: string | undefined;
  readonly role?: Role | undefined;
  /** Rows wanted. */
  readonly limit: number;
  /** Ids before this one: they are ordered by time. */
  readonly before?: string | undefined;
};

/** Port. */
export type AccountStore = {
  /** Saves each account whose e-mail address is free, with its event `account.created`. */
  create(batch: readonly NewAccount[]): Promise<readonly Result<Account, 'email_taken'>[]>;
  find(id: string): Promise<Account | undefined>;
  findAll(ids: readonly string[]): Promise<readonly Account[]>;
  list(query: AccountQuery): Promise<readonly Account[]>;
  /** `email` in lower case. */
  findCredentials(email: string): Promise<Credentials | undefined>;
  /** Whether anybody has the role of a manager. */
  hasManager(): Promise<boolean>;
  /** Changes roles, with the event `roles.changed` where something changed. */
  changeRole(request: RoleChangeRequest): Promise<Result<RoleChangeOutcome, RoleChangeRefusal>>;
  /** Sets a new hash, unless the old one was changed in the meantime. */
  replacePasswordHash(id: string, from: string, to: string): Promise<void>;
  /** What ended access tokens of whole accounts at `since` or later; the newest `limit`. */
  endingsSince(since: number, limit: number): Promise<readonly AccountEnding[]>;
};

/** Port: whether people read mails at their address. */
export type EmailConfirmations = {
  /** With the event `email.confirmation-requested`, which occasions the mail. @returns false where nothing is to be confirmed */
  request(accountId: string, at: number): Promise<boolean>;
  /** With the event `email.confirmed`, once. @returns false where it was confirmed before */
  confirm(accountId: string, at: number): Promise<boolean>;
};

export type Session = SessionState & {
  readonly id: string;
  readonly accountId: string;
  /** 32 random bytes from which its refresh tokens are computed. */
  readonly seed: Buffer;
  readonly createdAt: number;
};

export type SessionWithRoles = Session & { readonly roles: readonly Role[] };

export type Rotation = {
  readonly id: string;
  /** The generation that is replaced by the next. */
  readonly generation: number;
  readonly at: number;
  readonly expiresAt: number;
};

/** When the session's tokens ended. */
export type SessionEnding = { readonly sessionId: string; readonly at: number };

/** Port. */
export type SessionStore = {
  create(session: Session): Promise<void>;
  /** The session and what its person may do, waiting for a change of roles that is under way. */
  find(id: string): Promise<SessionWithRoles | undefined>;
  /** Of several that rotate one generation at once, one gets true. */
  rotate(rotation: Rotation): Promise<boolean>;
  /** Ends a session; one that has ended keeps its moment. */
  revoke(id: string, at: number): Promise<void>;
  /** What was revoked at `since` or later; the newest `limit`. */
  endingsSince(since: number, limit: number): Promise<readonly SessionEnding[]>;
  /** Deletes what expired before `expiredBefore`, piece by piece until `signal` is aborted. */
  prune(expiredBefore: number, signal?: AbortSignal): Promise<void>;
};
