import { useQuery } from '@tanstack/react-query';
import { readOtherAccount } from '../api/session.ts';
import { useSharedText } from '../messages/shared.ts';
import { Notice } from '../ui/notice.tsx';
import { PageHeading } from '../ui/page-heading.tsx';

type OtherAccountProps = { readonly home: string; readonly signInPath: string };

/** In place of a page whose account was replaced in another tab: who is signed in now, and the ways on. */
export function OtherAccount({ home, signInPath }: OtherAccountProps) {
  const text = useSharedText();
  const { data: account } = useQuery({
    queryKey: ['other-account'],
    queryFn: readOtherAccount,
    staleTime: Infinity,
    gcTime: 0,
  });
  return (
    <div className="main-narrow stack">
      <PageHeading title={text('otherAccount')} />
      <Notice tone="warn">
        {account && (
          <p>
            <strong>{text('otherAccountIs', { name: account.name, email: account.email })}</strong>
          </p>
        )}
        <p>{text('otherAccountNote')}</p>
      </Notice>
      {/* Both load the document again: nothing of the account of before is left in it. */}
      <p className="row">
        <a href={home} className="button">
          {text('goOnAs')}
        </a>
        <a href={signInPath} className="button button-quiet">
          {text('signInAgain')}
        </a>
      </p>
    </div>
  );
}
