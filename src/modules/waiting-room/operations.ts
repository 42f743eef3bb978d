import { member, roles } from '../../platform/auth/access.ts';
import { SeenVersions } from '../../platform/http/conditional.ts';
import { closed, Id } from '../../platform/http/schemas.ts';
import { accountOf, defineOperation, type OperationContext } from '../../platform/operations/operation.ts';
import { RoomPatch } from './contract.ts';
import type { Entries, Joined } from './entries.ts';
import type { Visitor } from './gate.ts';
import { type RoomControls, roomView } from './room-controls.ts';

const OfRoom = closed({ performanceId: Id });

export type WaitingRoomOperations = ReturnType<typeof waitingRoomOperations>;

/** Who controls rooms; whose they are is decided by the use case. */
export const seller = roles(['seller', 'manager'], 'sellers: their own');

/** The writes of the waiting room. */
export function waitingRoomOperations(entries: Entries, controls: RoomControls) {
  return {
    joinRoom: defineOperation({
      operationId: 'joinRoom',
      input: OfRoom,
      access: member,
      idempotent: true,
      queueable: false,
      priority: 'high',
      problems: [
        'room_not_found',
        'room_draining',
        'room_closed',
        'sold_out',
        'entry_not_found',
        'room_elsewhere',
      ],
      run: (context, input) => entries.join(visitorOf(context, input), context.key),
      // Who was in line already changed nothing.
      savesResult: (joined: Joined) => joined.isNew,
      present: (joined, { context, input, isReplayed }) =>
        entries.presentJoin(visitorOf(context, input), joined, isReplayed),
    }),
    leaveRoom: defineOperation({
      operationId: 'leaveRoom',
      input: OfRoom,
      access: member,
      idempotent: true,
      queueable: false,
      priority: 'high',
      problems: ['entry_not_found', 'room_elsewhere'],
      run: (context, input) => entries.leave(visitorOf(context, input), context.key),
      present: () => null,
    }),
    changeRoom: defineOperation({
      operationId: 'changeRoom',
      input: closed({ ...OfRoom.properties, patch: RoomPatch, seen: SeenVersions }),
      access: seller,
      idempotent: true,
      queueable: false,
      priority: 'normal',
      problems: ['room_not_found', 'room_elsewhere'],
      run: (context, input) => controls.change({ ...input, principal: accountOf(context), key: context.key }),
      present: roomView,
    }),
  };
}

function visitorOf(
  context: OperationContext,
  { performanceId }: { readonly performanceId: string },
): Visitor {
  return { accountId: accountOf(context).accountId, performanceId };
}
