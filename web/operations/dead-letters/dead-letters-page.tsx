import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { useDeadLettersText } from '../messages/dead-letters.ts';
import { GroupCard } from './group-card.tsx';
import { Redrives } from './redrives.tsx';
import { useGroups } from './use-dead-letters.ts';
import '../style/dead-letters.css';

/** What consumers could not take, by cause: looked at, repaired, given up. */
export function DeadLettersPage() {
  const text = useDeadLettersText();
  const { data, error, refetch } = useGroups();
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  return (
    <div className="stack sections">
      <div className="stack-tight">
        <PageHeading title={text('deadLetters')} />
        <p className="quiet">{text('intro')}</p>
      </div>
      {data ? (
        <section className="stack" aria-label={text('groups')}>
          {data.items.length === 0 && (
            <Notice tone="good">
              <p>{text('none')}</p>
            </Notice>
          )}
          {data.items.map((group) => (
            <GroupCard key={`${group.consumer} ${group.cause ?? ''}`} group={group} />
          ))}
        </section>
      ) : (
        <Loading />
      )}
      <Redrives />
    </div>
  );
}
