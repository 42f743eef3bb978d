import { type ReactNode, useState } from 'react';
import { useSharedText } from '../../shared/messages/shared.ts';
import { isSiteDataBlocked } from '../../shared/state/kept.ts';
import { Notice } from '../../shared/ui/notice.tsx';

/** Asks for an account only where the browser can keep its session; else it says what is missing. */
export function SiteData({ children }: { readonly children: ReactNode }) {
  const text = useSharedText();
  const [isBlocked] = useState(isSiteDataBlocked);
  if (!isBlocked) return children;
  return (
    <Notice tone="bad">
      <p>
        <strong>{text('siteDataBlocked')}</strong>
      </p>
      <p>{text('siteDataBlockedNote')}</p>
      <p>
        <button type="button" className="button button-quiet" onClick={() => location.reload()}>
          {text('reload')}
        </button>
      </p>
    </Notice>
  );
}
