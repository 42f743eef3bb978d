import { useState } from 'react';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { navigate } from '../../shared/router/location.ts';
import { fillPath } from '../../shared/router/match.ts';
import { useServerTime } from '../../shared/time/use-server-time.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Icon } from '../../shared/ui/icon.tsx';
import { LiveBadge } from '../../shared/ui/live-badge.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { SignedIn } from '../account/signed-in.tsx';
import type { Performance } from '../concerts/performance-parts.tsx';
import { useSaleText } from '../messages/sale.ts';
import { ticketPaths } from '../paths.ts';
import { CancelledNotice } from '../sale/called-off.tsx';
import { WhenAndWhere } from '../sale/performance-title.tsx';
import { saleStatusAt } from '../sale/sale-status.ts';
import { usePerformance } from '../sale/use-performance.ts';
import { isSoundOn, setSoundOn } from './chime.ts';
import { Ended } from './ended.tsx';
import { type EntryControls, useEntry } from './use-entry.ts';
import type { Entry } from './use-standing.ts';
import { useTurnSignal } from './use-turn-signal.ts';

export function LinePage({ id }: { readonly id: string }) {
  const { data, error, refetch } = usePerformance(id);
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  if (!data) return <Loading />;
  return (
    <SignedIn>
      <Line performance={data} />
    </SignedIn>
  );
}

function Line({ performance }: { readonly performance: Performance }) {
  const text = useSaleText();
  const language = useLanguage();
  const controls = useEntry(performance.id, true);
  const { standing, live } = controls;
  const isTurn = standing.phase === 'admitted';
  useTurnSignal(isTurn, text('yourTurn'));
  return (
    <div className="line main-narrow stack">
      <div className="row-apart">
        <p className="line-label">{text('line')}</p>
        {(standing.phase === 'waiting' || isTurn) && <LiveBadge state={live} />}
      </div>
      <PageHeading title={localised(performance.title, performance.titleEn, language).main} />
      <WhenAndWhere performance={performance} />
      <Phase performance={performance} controls={controls} />
      {standing.phase === 'waiting' && (
        <div className="toasts">
          {live === 'lost' && <Toast text={text('lostNote')} />}
          {controls.isSoldOut && <Toast text={text('soldOutWhileWaiting')} />}
          {standing.entry.seatsSpokenFor === true && <Toast text={text('spokenForWhileWaiting')} />}
        </div>
      )}
    </div>
  );
}

/** Lies above the page, so that nothing in it moves. */
function Toast({ text }: { readonly text: string }) {
  return (
    <Notice tone="warn">
      <p>{text}</p>
    </Notice>
  );
}

type PhaseProps = { readonly performance: Performance; readonly controls: EntryControls };

function Phase({ performance, controls }: PhaseProps) {
  const text = useSaleText();
  const { standing, join } = controls;
  if (performance.cancelledAt !== null) return <CancelledNotice performance={performance} />;
  switch (standing.phase) {
    case 'joining':
      return (
        <section className="card line-card">
          <p role="status">{text('joining')}</p>
          <div className="skeleton loading-row" />
        </section>
      );
    case 'waiting':
      return <Waiting performance={performance} controls={controls} entry={standing.entry} />;
    case 'admitted':
      return <Turn performanceId={performance.id} entry={standing.entry} />;
    case 'refused':
      return <ProblemNotice error={standing.error} retry={join} />;
    case 'ended':
      return <Ended reason={standing.reason} performance={performance} join={join} />;
    case 'outside':
      return <Ended reason="outside" performance={performance} join={join} />;
  }
}

function Waiting({ performance, controls, entry }: PhaseProps & { readonly entry: Entry }) {
  const text = useSaleText();
  const formats = useFormats();
  const now = useServerTime();
  const { ahead, behind, number, estimatedWaitMs } = entry;
  const first = Math.max(controls.aheadAtFirst, ahead, 1);
  const isScheduled = saleStatusAt(performance, now) === 'scheduled';
  return (
    <>
      <section className="card line-card" data-ahead={ahead} data-number={number}>
        <p className="line-label">{text('ahead')}</p>
        <p className="line-ahead figures" role="status">
          {text('people', { count: ahead })}
        </p>
        <div className="meter line-meter" aria-hidden="true">
          <i style={{ width: `${Math.round((1 - ahead / first) * 100)}%` }} />
        </div>
        <p className="row-apart quiet figures">
          <span>{text('yourNumber', { number })}</span>
          <span>{text('behind', { count: behind })}</span>
        </p>
        {isScheduled ? (
          <div>
            <p className="line-label">{text('untilOpening')}</p>
            <p className="line-estimate figures" role="timer">
              {formats.clock(Date.parse(performance.opensAt) - now)}
            </p>
            <p className="small quiet">{text('notOpenYet')}</p>
          </div>
        ) : (
          <div>
            <p className="line-label">{text('estimate')}</p>
            <p className="line-estimate figures">
              {estimatedWaitMs === null
                ? text('estimateUnknown')
                : text('about', { time: formats.duration(estimatedWaitMs) })}
            </p>
          </div>
        )}
      </section>
      <NextSteps holdTtlMs={performance.holdTtlMs} graceMs={entry.graceMs} />
      <LineButtons leave={controls.leave} />
    </>
  );
}

type NextStepsProps = { readonly holdTtlMs: number; readonly graceMs: number };

function NextSteps({ holdTtlMs, graceMs }: NextStepsProps) {
  const text = useSaleText();
  const formats = useFormats();
  return (
    <section className="stack-tight" aria-labelledby="next-heading">
      <h2 id="next-heading">{text('next')}</h2>
      <ol className="steps">
        <li>{text('nextStep1')}</li>
        <li>{text('nextStep2', { time: formats.duration(holdTtlMs) })}</li>
        <li>{text('nextStep3')}</li>
      </ol>
      <p className="small quiet">{text('keepNote', { time: formats.duration(graceMs) })}</p>
    </section>
  );
}

function LineButtons({ leave }: { readonly leave: () => Promise<void> }) {
  const text = useSaleText();
  const [isOn, setOn] = useState(isSoundOn);
  const [isAsking, setAsking] = useState(false);
  const toggle = () => {
    setSoundOn(!isOn);
    setOn(!isOn);
  };
  if (isAsking)
    return (
      <div className="card stack" role="alertdialog" aria-labelledby="leave-question">
        <p id="leave-question">{text('leaveSure')}</p>
        <div className="row">
          <button type="button" className="button" onClick={() => setAsking(false)}>
            {text('stay')}
          </button>
          <button type="button" className="button button-danger" onClick={() => void leave()}>
            {text('leaveYes')}
          </button>
        </div>
      </div>
    );
  return (
    <div className="row">
      <button type="button" className="chip" aria-pressed={isOn} onClick={toggle}>
        <Icon name={isOn ? 'sound' : 'muted'} size={18} />
        {text(isOn ? 'soundOn' : 'soundOff')}
      </button>
      <button type="button" className="button button-plain" onClick={() => setAsking(true)}>
        {text('leaveLine')}
      </button>
    </div>
  );
}

function Turn({ performanceId, entry }: { readonly performanceId: string; readonly entry: Entry }) {
  const text = useSaleText();
  const formats = useFormats();
  const now = useServerTime();
  const left = Date.parse(entry.passExpiresAt ?? '') - now;
  return (
    <section className="card line-card line-turn" role="alert">
      <h2>{text('yourTurn')}</h2>
      {left > 0 && <p className="figures">{text('yourTurnNote', { time: formats.duration(left) })}</p>}
      <button
        type="button"
        className="button button-large button-wide button-spark"
        onClick={() => navigate(fillPath(ticketPaths.seats, { id: performanceId }))}
      >
        {text('enter')}
      </button>
    </section>
  );
}
