import { useState } from 'react';
import type { Answer } from '../../shared/api/call.ts';
import type { LiveState } from '../../shared/live/live-stream.ts';
import { useLive } from '../../shared/live/use-live.ts';

export type Room = Answer<'listRooms'>['items'][number];

export type LiveRooms = {
  /** In the order in which they were first seen; undefined until they are known. */
  readonly rooms: readonly Room[] | undefined;
  readonly live: LiveState;
  /** Takes what a change was answered with, which the stream says a moment later. */
  readonly accept: (room: Room) => void;
};

/** The rooms at work, followed by their stream. */
export function useRooms(): LiveRooms {
  const [known, setKnown] = useState<ReadonlyMap<string, Room>>();
  const live = useLive({
    path: '/v1/rooms/stream',
    isGuarded: true,
    onEvent({ event, data }) {
      if (event === 'rooms') setKnown((before) => inSteadyOrder(before, JSON.parse(data) as Room[]));
    },
  });
  return {
    rooms: known && [...known.values()],
    live,
    accept: (room) => setKnown((before) => new Map(before).set(room.performanceId, room)),
  };
}

/** Nothing moves away from under the hand that turns a setting: the server's order is by people, who come and go. */
function inSteadyOrder(
  before: ReadonlyMap<string, Room> | undefined,
  rooms: readonly Room[],
): ReadonlyMap<string, Room> {
  const now = new Map(rooms.map((room) => [room.performanceId, room]));
  const stayed = [...(before?.keys() ?? [])].flatMap((id) => now.get(id) ?? []);
  return new Map([...stayed, ...rooms].map((room) => [room.performanceId, room]));
}
