/** STOMP 1.0, 1.1 and 1.2 (https://stomp.github.io): versions, frames, and what can be wrong with them. */
export type StompVersion = '1.0' | '1.1' | '1.2';

/** From the newest: the one that both sides know is spoken. */
export const VERSIONS: readonly StompVersion[] = ['1.2', '1.1', '1.0'];

const CLIENT_COMMANDS = [
  'SEND',
  'SUBSCRIBE',
  'UNSUBSCRIBE',
  'ACK',
  'NACK',
  'BEGIN',
  'COMMIT',
  'ABORT',
  'CONNECT',
  'STOMP',
  'DISCONNECT',
] as const;

export type ClientCommand = (typeof CLIENT_COMMANDS)[number];

const SERVER_COMMANDS = ['CONNECTED', 'MESSAGE', 'RECEIPT', 'ERROR'] as const;

export type ServerCommand = (typeof SERVER_COMMANDS)[number];

/** Whose frames are read, and how. */
export type Side<C extends string> = {
  knows(command: string): command is C;
  hasBody(command: C): boolean;
  /** The frames that agree on a version keep to 1.0 (1.2, CONNECT). */
  isUnescaped(command: C): boolean;
};

const KNOWN: ReadonlySet<string> = new Set(CLIENT_COMMANDS);

export const CLIENT_SIDE: Side<ClientCommand> = {
  knows: (command): command is ClientCommand => KNOWN.has(command),
  hasBody: (command) => command === 'SEND',
  isUnescaped: (command) => command === 'CONNECT' || command === 'STOMP',
};

export const SERVER_SIDE: Side<ServerCommand> = {
  knows: (command): command is ServerCommand => (SERVER_COMMANDS as readonly string[]).includes(command),
  hasBody: (command) => command === 'MESSAGE' || command === 'ERROR',
  isUnescaped: (command) => command === 'CONNECTED',
};

/** A frame. Equal heads may share one `headers`; of repeated headers the first counts (1.2). */
export type Frame<C extends string = ClientCommand> = {
  readonly command: C;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
};

/** Every `code` of an ERROR frame, with what the client is to do. docs/messaging.md lists them. */
export const STOMP_ERRORS = {
  frame_malformed: 'Send frames as the STOMP specification says.',
  frame_too_large: 'Send shorter headers, fewer of them, or a shorter body.',
  version_unsupported: 'Offer 1.0, 1.1 or 1.2 in accept-version.',
  not_connected: 'Send CONNECT first, and once.',
  connect_timeout: 'Send CONNECT within ten seconds.',
  token_missing: 'Put an access token into CONNECT: Authorization: Bearer …, or passcode.',
  token_invalid: 'Sign in again, and connect with the new access token.',
  token_expired: 'Get a new access token, and connect again.',
  session_ended: 'Sign in again, and connect with the new access token.',
  account_mismatch: 'Name one account only: login, passcode and token must agree.',
  destination_missing: 'Name a destination.',
  destination_forbidden: 'Use a destination that docs/messaging.md lists for you.',
  subscription_invalid: 'Give each subscription of a session an id of its own, and end those that are there.',
  too_many_subscriptions: 'End subscriptions that you no longer need.',
  too_many_connections: 'Close connections of this account that you no longer need.',
  transaction_invalid: 'Begin a transaction once, under a name of its own, and end it once.',
  transaction_too_large: 'Commit smaller transactions.',
  ack_unknown: 'Acknowledge messages of this session that are not acknowledged yet, once.',
  resume_invalid: 'Resume with the offset header of a message, as it was.',
  unavailable: 'Connect and send again a little later: what this server needs for it is away.',
  message_invalid: 'Send a body as docs/messaging.md has it for this destination.',
  queue_full: 'Send again when consumers of the queue have caught up.',
  broker_unavailable: 'Send or subscribe again once /user/queue/replies says broker_back.',
  slow_consumer: 'Read faster, or subscribe to less; then resume.',
  heart_beat_missed: 'Send heart-beats as agreed in CONNECT.',
  server_closing: 'Connect again: the server is stopping.',
} as const;

export type StompErrorCode = keyof typeof STOMP_ERRORS;

/** Ends a session with an ERROR frame: after one nothing of the stream can be trusted (1.2, ERROR). */
export class StompError extends Error {
  readonly code: StompErrorCode;

  constructor(code: StompErrorCode, message: string) {
    super(message);
    this.name = 'StompError';
    this.code = code;
  }
}
