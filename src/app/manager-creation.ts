import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/config.ts';
import { Fault } from '../kernel/faults.ts';
import { composeIdentity } from './compose/identity.ts';
import { createFoundation } from './foundation.ts';
import { markDatabase } from './mark-database.ts';
import { openStorage } from './storage.ts';

export type NewManager = { readonly email: string; readonly name: string; readonly password: string };

export type CreatedManager = {
  readonly accountId: string;
  readonly email: string;
  /** False: there was such an account, whose name and password stay. */
  readonly isNew: boolean;
};

/**
 * Makes a manager by the right of the one who has the machine, beside the system or without it.
 * @throws Fault when the database cannot be had, or is not of this configuration
 */
export async function createManager(
  config: Config,
  { email, name, password }: NewManager,
  options: { readonly logger: FastifyBaseLogger; readonly signal: AbortSignal },
): Promise<CreatedManager> {
  const storage = await openStorage({ config, role: 'tool', ...options });
  try {
    // In demo mode the database is not marked: who forgets MODE on a new one would keep production off it.
    if (config.mode === 'production') await markDatabase(config, storage.database);
    const { accounts, roles } = composeIdentity(createFoundation(config, storage, options)).identity;
    const known = await accounts.findByEmail(email);
    const [made] = known ? [known] : await accounts.provision([{ email, name, password }]);
    const appointed = await roles.appoint(made!.id);
    if (!appointed.ok) throw new Fault(appointed.code, `The account ${email} could not be made a manager's.`);
    return { accountId: appointed.value.id, email: appointed.value.email, isNew: known === undefined };
  } finally {
    await storage.close();
  }
}
