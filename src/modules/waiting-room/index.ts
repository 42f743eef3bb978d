export { checkAdmissionLog } from './admission-audit.ts';
export type { LoggedEntry, LoggedSetting } from './admission-log.ts';
export { AdmissionPace } from './admission-pace.ts';
export { waitingRoomEvents, waitingRoomProblems } from './contract.ts';
export type { AdmissionCode, AdmissionGate, Visitor } from './gate.ts';
export {
  admits,
  type RoomFigures,
  type RoomSettings,
  type RoomState,
  type Standing,
  takesJoins,
} from './model.ts';
export type * from './ports.ts';
export { RateMeter } from './rate-meter.ts';
export {
  createWaitingRoom,
  type WaitingRoom,
} from './waiting-room.ts';
