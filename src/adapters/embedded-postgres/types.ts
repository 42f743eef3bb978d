/** What the adapter needs of a pino logger. */
export type AdapterLogger = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** An operating system account, by its numbers. */
export type Account = { readonly uid: number; readonly gid: number; readonly name: string };

/** The PostgreSQL programs: `directory` holds `bin/`, `lib/` and `share/`. */
export type Binaries = { readonly directory: string; readonly version: string };

/** A data directory of PostgreSQL and everything that decides how its programs are run. */
export type Cluster = {
  /** PostgreSQL's own data directory, an absolute path without symbolic links. */
  readonly directory: string;
  readonly binaries: Binaries;
  /** Undefined: the programs run as the user who runs this process. */
  readonly account: Account | undefined;
  /** False keeps nothing safe from a crash, and is faster: for databases that only a test looks at. */
  readonly durable: boolean;
  /** Connections of the server's pool at most: PostgreSQL allows so many and some more. */
  readonly poolSize: number;
};

/** Where to connect: `host` is the directory of the Unix socket. */
export type ConnectionTarget = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
};

/** The superuser of the cluster. Who may open the socket is decided by its directory (mode 0700). */
export const DATABASE_USER = 'firstcome';
export const DATABASE_NAME = 'firstcome';
/** The name of the socket in its directory; nothing listens on a port. */
export const SOCKET_PORT = 5432;
