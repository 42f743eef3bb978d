import { session } from '../api/session-state.ts';
import { finishSignOut } from '../api/sign-out.ts';
import { useSharedText } from '../messages/shared.ts';
import { useStore } from '../state/use-store.ts';

/** Says on every page that a sign-out has not reached the server; it is tried again by itself. */
export function SignOutNote() {
  const text = useSharedText();
  const state = useStore(session);
  return (
    <div className="bar" role="status">
      {state.status === 'leaving' && state.hasFailed && (
        <p>
          {text('notSignedOut')}{' '}
          <button type="button" className="bar-button" onClick={() => void finishSignOut()}>
            {text('tryAgain')}
          </button>
        </p>
      )}
    </div>
  );
}
