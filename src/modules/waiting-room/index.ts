export { waitingRoomEvents, waitingRoomProblems } from './contract.ts';
export type { AdmissionAnswer, AdmissionCode, AdmissionGate, Visitor } from './gate.ts';
export type { RoomFigures, RoomSettings, RoomState, Standing } from './model.ts';
