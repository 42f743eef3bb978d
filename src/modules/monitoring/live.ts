import { ok, refuse } from '../../kernel/result.ts';
import { mayCall, roles } from '../../platform/auth/access.ts';
import type { LiveView } from '../../platform/live/view.ts';
import type { Recorder } from './recorder.ts';

export const figuresAccess = roles(['manager']);

/** How the system stands, once a second. */
export function figuresView({ topic, whole }: Pick<Recorder, 'topic' | 'whole'>): LiveView {
  return {
    destination: '/topic/operations/figures',
    open(_key, viewer, from) {
      const isAllowed = (): boolean => {
        const principal = viewer();
        return principal !== null && mayCall(principal, figuresAccess);
      };
      return Promise.resolve(
        isAllowed() ? ok({ topic, whole, ...from, isAllowed }) : refuse('role_required'),
      );
    },
  };
}
