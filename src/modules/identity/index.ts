export { identityEvents, identityProblems } from './contract.ts';
export { CONFIRMATION_TTL_MS } from './email-confirmation.ts';
export { applyRoleChange, type Language, type Role, type RoleChange } from './model.ts';
export { createIdentity, type Identity, type IdentityDeps } from './module.ts';
export type {
  Account,
  AccountQuery,
  AccountStore,
  Credentials,
  EmailConfirmations,
  NewAccount,
  RoleChangeOutcome,
  RoleChangeRefusal,
  RoleChangeRequest,
  Session,
  SessionStore,
  SessionWithRoles,
} from './ports.ts';
