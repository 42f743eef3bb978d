export { identityEvents, identityProblems } from './contract.ts';
export { applyRoleChange, type Role, type RoleChange } from './model.ts';
export { createIdentity, type Identity, type IdentityDeps } from './module.ts';
export type {
  Account,
  AccountQuery,
  AccountStore,
  Credentials,
  NewAccount,
  RoleChangeOutcome,
  RoleChangeRefusal,
  RoleChangeRequest,
  Session,
  SessionStore,
  SessionWithRoles,
} from './ports.ts';
