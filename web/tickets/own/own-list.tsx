import type { ReactNode } from 'react';
import { Link } from '../../shared/router/link.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { useBookingText } from '../messages/booking.ts';
import { ticketPaths } from '../paths.ts';

type OwnListProps<T> = {
  readonly list: {
    readonly data: readonly T[] | undefined;
    readonly error: unknown;
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly refetch: () => unknown;
    readonly fetchNextPage: () => unknown;
  };
  readonly emptyText: string;
  readonly children: (items: readonly T[]) => ReactNode;
};

/** A list that loads, fails, is empty, or has more. */
export function OwnList<T>({ list, emptyText, children }: OwnListProps<T>) {
  const text = useBookingText();
  if (list.error && !list.data) return <ProblemNotice error={list.error} retry={list.refetch} />;
  if (!list.data) return <Loading />;
  if (list.data.length === 0)
    return (
      <div className="card stack empty">
        <p>{emptyText}</p>
        <p>
          <Link to={ticketPaths.concerts} className="button">
            {text('toConcerts')}
          </Link>
        </p>
      </div>
    );
  return (
    <>
      {children(list.data)}
      {list.hasNextPage && (
        <p>
          <button
            type="button"
            className="button button-quiet"
            disabled={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {text('more')}
          </button>
        </p>
      )}
    </>
  );
}
