import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import type { Operations } from '../../shared/api/schema.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { NumberField } from '../../shared/ui/number-field.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { ActionButton } from '../forms/action-button.tsx';
import { Select } from '../forms/select.tsx';
import { useCrowdText } from '../messages/crowd.ts';

const PEOPLE_MAX = 5_000;
const SECONDS_MAX = 600;
const RATE_MAX = 100_000;
/** So slow that 5,000 who come in half a minute see a line of thousands. */
const RATE_AT_FIRST = '50';
const CONCERTS_SHOWN = 100;

export type CrowdBody = Operations['sendCrowd']['body'];

type CrowdFormProps = {
  readonly isBusy: boolean;
  readonly onSend: (body: CrowdBody) => void;
};

/** Where a crowd goes, how large it is and how fast it comes. */
export function CrowdForm({ isBusy, onSend }: CrowdFormProps) {
  const text = useCrowdText();
  const target = useTarget();
  const [people, setPeople] = useState('5000');
  const [seconds, setSeconds] = useState('30');
  const [rate, setRate] = useState(RATE_AT_FIRST);
  const count = numberWithin(people, 1, PEOPLE_MAX);
  const arriveSeconds = numberWithin(seconds, 0, SECONDS_MAX);
  const perSecond = numberWithin(rate, 1, RATE_MAX);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { performanceId, hasRoom } = target;
    if (count === undefined || arriveSeconds === undefined || performanceId === undefined) return;
    if (hasRoom && perSecond === undefined) return;
    const rateWhileThere = hasRoom && perSecond !== undefined ? { ratePerSecond: perSecond } : {};
    onSend({ performanceId, people: count, arriveMs: arriveSeconds * 1_000, ...rateWhileThere });
  };
  if (target.isEmpty) return <p className="quiet">{text('nothingOnSale')}</p>;
  return (
    <form className="card form" onSubmit={submit} noValidate>
      <div className="field-grid">
        <Select
          label={text('concert')}
          value={target.concertId ?? ''}
          options={target.concerts}
          onChange={target.setConcert}
        />
        <Select
          label={text('performance')}
          value={target.performanceId ?? ''}
          options={target.performances}
          onChange={target.setPerformance}
        />
        <NumberField
          label={text('people')}
          value={people}
          onType={setPeople}
          error={count === undefined ? text('peopleWrong') : undefined}
        />
        <NumberField
          label={text('arriveSeconds')}
          value={seconds}
          onType={setSeconds}
          error={arriveSeconds === undefined ? text('secondsWrong') : undefined}
        />
        {target.hasRoom && (
          <NumberField
            label={text('ratePerSecond')}
            value={rate}
            onType={setRate}
            error={perSecond === undefined ? text('rateWrong') : undefined}
          />
        )}
      </div>
      {target.failed && <ProblemNotice error={target.failed.error} retry={target.failed.refetch} />}
      <p>
        <ActionButton className="button" type="submit" isBusy={isBusy || target.performanceId === undefined}>
          {count === undefined ? text('crowd') : text('send', { count })}
        </ActionButton>
      </p>
    </form>
  );
}

function numberWithin(text: string, min: number, max: number): number | undefined {
  const value = /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

const isSelling = ({ status }: { readonly status: string | null }) =>
  status === 'on_sale' || status === 'scheduled';

/** The concerts and performances that fans can be sent to, and those chosen; at first the largest house on sale. */
function useTarget() {
  const language = useLanguage();
  const formats = useFormats();
  const [concert, setConcert] = useState<string>();
  const [performance, setPerformance] = useState<string>();
  const selling = useQuery({
    queryKey: ['concerts', 'selling'],
    queryFn: ({ signal }) =>
      call('listConcerts', { query: { sort: 'popularity', limit: CONCERTS_SHOWN }, signal }),
  });
  const list = selling.data;
  const concerts = list?.items.filter(isSelling) ?? [];
  const onSale = concerts.filter(({ status }) => status === 'on_sale');
  // In a large house nobody is turned away before the line is seen.
  const [largest] = onSale.toSorted((a, b) => b.remainingTotal - a.remainingTotal);
  const concertId = concert ?? (largest ?? concerts[0])?.id;
  const concertRead = useQuery({
    queryKey: ['concert', concertId],
    queryFn: ({ signal }) => call('getConcert', { params: { id: concertId ?? '' }, signal }),
    enabled: concertId !== undefined,
  });
  const performances = concertRead.data?.performances.filter(isSelling) ?? [];
  const isKnown = performances.some(({ id }) => id === performance);
  // One with a line shows more.
  const withRoom = performances.filter(({ roomEnabled }) => roomEnabled);
  const open = withRoom.find(({ status }) => status === 'on_sale');
  const first = open ?? withRoom[0] ?? performances[0];
  const performanceId = isKnown ? performance : first?.id;
  return {
    concertId,
    performanceId,
    hasRoom: withRoom.some(({ id }) => id === performanceId),
    concerts: concerts.map(({ id, title, titleEn }) => ({
      value: id,
      label: localised(title, titleEn, language).main,
    })),
    performances: performances.map(({ id, startsAt, timeZone }) => ({
      value: id,
      label: formats.dateTime(startsAt, timeZone),
    })),
    failed: [selling, concertRead].find(({ data, isError }) => isError && data === undefined),
    isEmpty: list !== undefined && concerts.length === 0,
    setConcert,
    setPerformance,
  };
}
