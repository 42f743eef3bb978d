import type { ReactNode } from 'react';
import { useSharedText } from '../messages/shared.ts';
import { Loading } from './loading.tsx';
import { ProblemNotice } from './problem-notice.tsx';

/** A list that comes page by page, as `useList` reads it. */
type Paged<T> = {
  readonly data: readonly T[] | undefined;
  readonly error: unknown;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly refetch: () => unknown;
  readonly fetchNextPage: () => unknown;
};

type PagedListProps<T> = {
  readonly list: Paged<T>;
  /** Shown where there is nothing. */
  readonly empty: ReactNode;
  readonly children: (items: readonly T[]) => ReactNode;
};

/** A list that loads, fails, is empty, or has more. */
export function PagedList<T>({ list, empty, children }: PagedListProps<T>) {
  const text = useSharedText();
  if (list.error && !list.data) return <ProblemNotice error={list.error} retry={list.refetch} />;
  if (!list.data) return <Loading />;
  if (list.data.length === 0) return empty;
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
            {text(list.isFetchingNextPage ? 'loading' : 'more')}
          </button>
        </p>
      )}
    </>
  );
}
