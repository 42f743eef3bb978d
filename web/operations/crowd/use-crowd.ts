import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type Answer, call } from '../../shared/api/call.ts';
import type { Operations } from '../../shared/api/schema.ts';
import { useLive } from '../../shared/live/use-live.ts';

export type Crowd = Answer<'getCrowd'>;

/** The crowd that was sent last, followed by its stream; undefined where the system sends none, as in production. */
export function useCrowd() {
  const [crowd, setCrowd] = useState<Crowd>();
  useLive({
    path: '/v1/demo/crowds/current/stream',
    isGuarded: true,
    restsUnseen: true,
    onEvent({ event, data }) {
      if (event === 'crowd') setCrowd(JSON.parse(data) as Crowd);
    },
  });
  const sending = useMutation({
    mutationFn: (body: Operations['sendCrowd']['body']) => call('sendCrowd', { body }),
    onSuccess: setCrowd,
  });
  const stopping = useMutation({ mutationFn: () => call('stopCrowd', {}), onSuccess: setCrowd });
  return { crowd, sending, stopping };
}
