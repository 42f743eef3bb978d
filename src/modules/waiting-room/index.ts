export { type AuditFinding, checkAdmissionLog } from './admission-audit.ts';
export type { LoggedEntry, LoggedSetting } from './admission-log.ts';
export { waitingRoomEvents, waitingRoomProblems } from './contract.ts';
export type { AdmissionAnswer, AdmissionCode, AdmissionGate, Visitor } from './gate.ts';
export type { RoomFigures, RoomSettings, RoomState, Standing } from './model.ts';
export type { LineRules } from './ports.ts';
export {
  createWaitingRoom,
  type WaitingRoom,
  type WaitingRoomDeps,
  type WaitingRoomOptions,
  type WaitingRoomState,
} from './waiting-room.ts';
