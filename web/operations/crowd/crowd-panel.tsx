import { useFormats } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { useCrowdText } from '../messages/crowd.ts';
import { useOutcomeNames } from '../messages/outcomes.ts';
import { operationsPaths } from '../paths.ts';
import { SaleMap } from '../seller/sale-map.tsx';
import { useLiveSale } from '../seller/use-live-sale.ts';
import { CountTiles } from '../stats/count-tiles.tsx';
import { CrowdForm } from './crowd-form.tsx';
import type { Crowd, CrowdControls } from './use-crowd.ts';

/** Sends a crowd and shows how it fares; nothing where the system sends none. */
export function CrowdPanel({ crowd, sending, stopping }: CrowdControls) {
  const text = useCrowdText();
  if (!crowd) return null;
  const isRunning = crowd.status === 'running';
  return (
    <section className="stack" aria-labelledby="crowd">
      <h2 id="crowd">{text('crowd')}</h2>
      <p className="quiet small">{text('crowdNote')}</p>
      <CrowdForm isBusy={isRunning || sending.isPending} onSend={(body) => sending.mutate(body)} />
      {sending.isError && <ProblemNotice error={sending.error} />}
      {stopping.isError && <ProblemNotice error={stopping.error} />}
      {crowd.status !== 'none' && (
        <CrowdProgress
          crowd={crowd}
          onStop={
            isRunning && !sending.isPending && !stopping.isPending ? () => stopping.mutate() : undefined
          }
        />
      )}
      {crowd.performanceId !== null && <CrowdMap key={crowd.performanceId} id={crowd.performanceId} />}
    </section>
  );
}

const FIGURES = ['arrived', 'waiting', 'inside', 'paid', 'dropped', 'empty', 'failed', 'seats'] as const;

type CrowdProgressProps = { readonly crowd: Crowd; readonly onStop: (() => void) | undefined };

function CrowdProgress({ crowd, onStop }: CrowdProgressProps) {
  const text = useCrowdText();
  const formats = useFormats();
  const named = useOutcomeNames();
  const gone = crowd.paid + crowd.dropped + crowd.empty + crowd.failed;
  const refusals = Object.entries(crowd.refusals);
  return (
    <div className="card stack">
      <div className="row-apart">
        <p className="row figures">
          <span className={crowd.status === 'running' ? 'badge badge-brand' : 'badge'}>
            {text(`status.${crowd.status}`)}
          </span>
          {text('progress', { gone, people: crowd.people })}
        </p>
        {onStop && (
          <button type="button" className="button button-danger" onClick={onStop}>
            {text('stop')}
          </button>
        )}
      </div>
      <progress
        className="crowd-progress"
        max={crowd.people}
        value={gone}
        aria-label={text('progress', { gone, people: crowd.people })}
      />
      <CountTiles counts={FIGURES.map((key) => [text(key), crowd[key]])} />
      {crowd.lentRate && (
        <p className="small">
          {text('rateLent', { rate: crowd.lentRate.ratePerSecond, before: crowd.lentRate.before })}
        </p>
      )}
      {crowd.performanceId !== null && <WhereToLook id={crowd.performanceId} />}
      {refusals.length > 0 && (
        <p className="row small figures">
          {refusals.map(([code, count]) => (
            <span key={code} className="badge">
              {named(code)} {formats.number(count)}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}

/** The queue is seen from two sides: as operators see the rooms, and as one more fan in line. */
function WhereToLook({ id }: { readonly id: string }) {
  const text = useCrowdText();
  return (
    <p className="row small">
      <span>{text('lookHere')}</span>
      <Link to={operationsPaths.rooms}>{text('toRooms')}</Link>
      <a href={`/performances/${id}/line`} target="_blank" rel="noreferrer">
        {text('toLine')}
      </a>
    </p>
  );
}

/** The seats that the crowd fights for. */
function CrowdMap({ id }: { readonly id: string }) {
  const text = useCrowdText();
  const { sale } = useLiveSale(id);
  return (
    <section className="card stack-tight" aria-labelledby="crowd-map">
      <h3 id="crowd-map">{text('map')}</h3>
      <SaleMap sale={sale} />
    </section>
  );
}
