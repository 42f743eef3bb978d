import { useFormats } from '../../shared/i18n/use-text.ts';
import { Icon, type IconName } from '../../shared/ui/icon.tsx';
import { useGateText } from '../messages/gate.ts';
import type { Verdict as VerdictOf } from './door.ts';

/** By colour, sign and word: each of them alone is enough. */
const LOOKS: Readonly<Record<VerdictOf['kind'], { readonly tone: string; readonly icon: IconName }>> = {
  in: { tone: 'in', icon: 'check' },
  used: { tone: 'used', icon: 'warn' },
  void: { tone: 'no', icon: 'close' },
  other: { tone: 'no', icon: 'close' },
  unknown: { tone: 'no', icon: 'close' },
  invalid: { tone: 'no', icon: 'close' },
  unsure: { tone: 'used', icon: 'warn' },
};

/** Why a ticket is void, as the API names it. */
const VOID: Readonly<Record<string, 'why.refunded' | 'why.performance_cancelled'>> = {
  refunded: 'why.refunded',
  performance_cancelled: 'why.performance_cancelled',
};

type VerdictProps = { readonly verdict: VerdictOf | undefined; readonly isBusy: boolean };

/** The answer to the last ticket, as large as it gets. The element is always there, so that it is read out. */
export function Verdict({ verdict, isBusy }: VerdictProps) {
  const text = useGateText();
  const why = useWhy(verdict);
  const tone = verdict ? LOOKS[verdict.kind].tone : 'none';
  return (
    <div className="verdict" data-tone={isBusy ? 'none' : tone} role="status" aria-live="assertive">
      {isBusy && <p className="verdict-word">{text('asking')}</p>}
      {!isBusy && !verdict && <p className="verdict-hint">{text('showTicket')}</p>}
      {!isBusy && verdict && (
        <>
          <Icon name={LOOKS[verdict.kind].icon} size={72} />
          <p className="verdict-word">{text(`verdict.${verdict.kind}`)}</p>
          {verdict.seat && (
            <p className="verdict-seat figures">
              {text('seat', { ...verdict.seat, number: String(verdict.seat.number) })}
            </p>
          )}
          {why !== undefined && <p>{why}</p>}
        </>
      )}
    </div>
  );
}

function useWhy(verdict: VerdictOf | undefined): string | undefined {
  const text = useGateText();
  const formats = useFormats();
  if (!verdict) return undefined;
  if (verdict.kind === 'in') {
    if (verdict.isNew) return text('why.new');
    return verdict.isOffline ? text('why.offline') : undefined;
  }
  if (verdict.kind === 'used') {
    const { gate, at } = verdict;
    return gate === undefined || at === undefined
      ? text('why.used')
      : text('why.usedAt', { gate, at: formats.moment(at) });
  }
  if (verdict.kind === 'void') return text(VOID[verdict.reason] ?? 'why.void');
  if (verdict.kind === 'unsure')
    return text(
      verdict.code === 'unreachable'
        ? 'why.noList'
        : verdict.code === 'scansFull'
          ? 'why.full'
          : 'why.unsure',
    );
  return text(`why.${verdict.kind}`);
}
