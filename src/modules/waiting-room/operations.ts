import { member, roles } from '../../platform/auth/access.ts';
import type { SeenVersions } from '../../platform/http/conditional.ts';
import { accountOf, defineOperation, type Operation } from '../../platform/operations/operation.ts';
import type { RoomPatch } from './contract.ts';
import type { Entries, Joined } from './entries.ts';
import type { Visitor } from './gate.ts';
import { type RoomControls, roomView } from './room-controls.ts';

type OfRoom = { readonly performanceId: string };
export type ChangeRoomInput = OfRoom & { readonly patch: RoomPatch; readonly seen: SeenVersions };

export type WaitingRoomOperations = ReturnType<typeof waitingRoomOperations>;

/** Who controls rooms; whose they are is decided by the use case. */
export const seller = roles(['seller', 'manager'], 'sellers: their own');

/** The writes of the waiting room. */
export function waitingRoomOperations(entries: Entries, controls: RoomControls) {
  return {
    joinRoom: defineOperation({
      kind: 'joinRoom',
      access: member,
      idempotent: true,
      problems: [
        'room_not_found',
        'room_draining',
        'room_closed',
        'sold_out',
        'entry_not_found',
        'room_elsewhere',
      ],
      run: (operation: Operation<OfRoom>) => entries.join(visitorOf(operation), operation.key),
      // Who was in line already changed nothing.
      savesResult: (joined: Joined) => joined.isNew,
      present: (joined, { operation, isReplayed }) =>
        entries.presentJoin(visitorOf(operation), joined, isReplayed),
    }),
    leaveRoom: defineOperation({
      kind: 'leaveRoom',
      access: member,
      idempotent: true,
      problems: ['entry_not_found', 'room_elsewhere'],
      run: (operation: Operation<OfRoom>) => entries.leave(visitorOf(operation), operation.key),
      present: () => null,
    }),
    changeRoom: defineOperation({
      kind: 'changeRoom',
      access: seller,
      idempotent: true,
      problems: ['room_not_found', 'room_elsewhere'],
      run(operation: Operation<ChangeRoomInput>) {
        return controls.change({
          ...operation.input,
          principal: accountOf(operation),
          key: operation.key,
        });
      },
      present: roomView,
    }),
  };
}

function visitorOf(operation: Operation<OfRoom>): Visitor {
  return {
    accountId: accountOf(operation).accountId,
    performanceId: operation.input.performanceId,
  };
}
