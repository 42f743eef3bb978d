export { checkAdmissionLog } from './admission-audit.ts';
export type { LoggedEntry, LoggedSetting } from './admission-log.ts';
export { waitingRoomEvents, waitingRoomProblems } from './contract.ts';
export type { AdmissionCode, AdmissionGate } from './gate.ts';
export { LineEngine } from './line/line-engine.ts';
export type { RoomSettings, RoomState } from './model.ts';
export {
  createWaitingRoom,
  type WaitingRoom,
} from './module.ts';
export type * from './ports.ts';
