import { useSyncExternalStore } from 'react';
import { useSharedText } from '../messages/shared.ts';

function listen(onChange: () => void): () => void {
  const controller = new AbortController();
  addEventListener('online', onChange, { signal: controller.signal });
  addEventListener('offline', onChange, { signal: controller.signal });
  return () => controller.abort();
}

/** Says on every page that there is no network; it lies above the page, so that nothing in it moves. */
export function OfflineNote() {
  const text = useSharedText();
  const isOnline = useSyncExternalStore(listen, () => navigator.onLine);
  // The element is always there: screen readers announce what comes into it.
  return (
    <div className="bar" role="status">
      {!isOnline && <p>{text('offline')}</p>}
    </div>
  );
}
