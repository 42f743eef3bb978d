import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type Answer, call } from '../../shared/api/call.ts';
import { useLive } from '../../shared/live/use-live.ts';
import type { CrowdBody } from './crowd-form.tsx';

export type Crowd = Answer<'getCrowd'>;

/** The crowd that was sent last, followed by its stream; undefined where the system sends none, as in production. */
export function useCrowd() {
  const [known, setKnown] = useState<Crowd>();
  const live = useLive({
    path: '/v1/demo/crowds/current/stream',
    isGuarded: true,
    onEvent({ event, data }) {
      if (event === 'crowd') setKnown(JSON.parse(data) as Crowd);
    },
  });
  const sending = useMutation({
    mutationFn: (body: CrowdBody) => call('sendCrowd', { body }),
    onSuccess: setKnown,
  });
  const stopping = useMutation({ mutationFn: () => call('stopCrowd', {}), onSuccess: setKnown });
  return {
    // Making the people of a crowd takes a moment: what will show them stands there at once.
    crowd: known && sending.isPending ? justSent(known, sending.variables) : known,
    /** Whether it is known by now if there are crowds here. */
    isSettled: known !== undefined || live === 'ended',
    sending,
    stopping,
  };
}

export type CrowdControls = ReturnType<typeof useCrowd>;

function justSent(before: Crowd, { performanceId, people }: CrowdBody): Crowd {
  const nobody = { arrived: 0, waiting: 0, inside: 0, paid: 0, dropped: 0, empty: 0, failed: 0, seats: 0 };
  return { ...before, ...nobody, refusals: {}, status: 'running', performanceId, people, lentRate: null };
}
