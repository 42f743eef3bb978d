import { type Answer, call } from '../../shared/api/call.ts';
import { useList } from '../../shared/api/use-list.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { PagedList } from '../../shared/ui/paged-list.tsx';
import { useOperationsText } from '../messages/operations.ts';
import { operationsPaths } from '../paths.ts';

type Entry = Answer<'listAudit'>['items'][number];

const ROLES = ['member', 'seller', 'manager', 'driver'] as const;
const STATES = ['open', 'paused', 'draining', 'closed'] as const;
const WAYS = ['enrolment', 'first', 'command', 'manager'] as const;

/** Who changed roles and rooms, credited points, called something off, or decided about dead letters. */
export function AuditPage() {
  const text = useOperationsText();
  const audit = useList(['mine', 'audit'], (request) => call('listAudit', request));
  return (
    <div className="stack">
      <PageHeading title={text('audit')} />
      <p className="quiet">{text('auditIntro')}</p>
      <PagedList list={audit} empty={<p className="quiet">{text('noAudit')}</p>}>
        {(entries) => (
          <ul className="stack-tight">
            {entries.map((entry, index) => (
              // Entries have no id: nothing is ever put between them.
              <AuditRow key={`${entry.at} ${index}`} entry={entry} />
            ))}
          </ul>
        )}
      </PagedList>
    </div>
  );
}

function AuditRow({ entry }: { readonly entry: Entry }) {
  const text = useOperationsText();
  const formats = useFormats();
  const what = useWhat(entry);
  const way = WAYS.find((name) => name === entry.details['how']);
  return (
    <li className="card stack-tight">
      <p className="small quiet figures">
        {formats.moment(entry.at)} · {entry.by ? `${entry.by.name} (${entry.by.email})` : text('system')}
        {way !== undefined && ` · ${text(`how.${way}`)}`}
      </p>
      <p>
        {what}
        {entry.performanceId !== null && (
          <>
            {' '}
            <Link to={fillPath(operationsPaths.performance, { id: entry.performanceId })}>
              {text('toSale')}
            </Link>
          </>
        )}
      </p>
    </li>
  );
}

/** What was done, in a sentence; details of a kind that this page does not know are shown as they are. */
function useWhat({ action, account, details }: Entry): string {
  const text = useOperationsText();
  const formats = useFormats();
  const somebody = account ? `${account.name} (${account.email})` : '?';
  const number = (name: string) => formats.number(Number(details[name]));
  if (action === 'room.changed') {
    const state = STATES.find((name) => name === details['state']);
    return text('audit.room', {
      state: state === undefined ? '?' : text(`state.${state}`),
      rate: number('ratePerSecond'),
      cap: number('concurrency'),
    });
  }
  if (action === 'points.credited') {
    const amount = formats.money({ amount: Number(details['amount']), currency: 'KRW' });
    return text('audit.credit', { account: somebody, amount, reason: String(details['reason']) });
  }
  if (action === 'dead-letters.redriven' || action === 'dead-letters.discarded') {
    const way =
      action === 'dead-letters.discarded' ? 'discarded' : details['isDryRun'] === true ? 'tried' : 'redriven';
    return text(`audit.letters.${way}`, {
      count: number('letters'),
      consumer: String(details['consumer']),
      reason: String(details['reason']),
    });
  }
  if (action === 'check-in.undone')
    return text('audit.undone', { gate: String(details['gate']), ticket: String(details['ticketId']) });
  if (action === 'performance.cancelled')
    return text('audit.cancelled', { reason: String(details['reason']) });
  if (action === 'performance.postponed') {
    const at = (name: string) => formats.moment(String(details[name]));
    return text('audit.postponed', { from: at('postponedFrom'), to: at('startsAt') });
  }
  const role = ROLES.find((name) => name === details['role']);
  return text(details['action'] === 'revoke' ? 'audit.revoke' : 'audit.grant', {
    account: somebody,
    role: role === undefined ? '?' : text(`role.${role}`),
  });
}
