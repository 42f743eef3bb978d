import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';

type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string | null };
type PageRequest = {
  readonly query: { limit: number; cursor?: string };
  readonly signal: AbortSignal;
};

type ListOptions = {
  /** Items of a page; default 30. */
  readonly limit?: number;
  /** Whether to ask at all; default yes. */
  readonly enabled?: boolean;
  /** Whether the last list stays in sight while one under another key is on its way; default no. */
  readonly keepsPrevious?: boolean;
  /** Asks again each time that so long has passed, while somebody looks; default never. */
  readonly refreshMs?: number;
};

/** A list of the API, page by page, as one. What is one person's own stands under a key that begins with `mine`. */
export function useList<T>(
  key: readonly unknown[],
  fetchPage: (request: PageRequest) => Promise<Page<T>>,
  { limit = 30, enabled = true, keepsPrevious = false, refreshMs }: ListOptions = {},
) {
  return useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      fetchPage({ query: { limit, ...(pageParam === '' ? {} : { cursor: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    select: ({ pages }) => pages.flatMap((page) => page.items),
    enabled,
    ...(refreshMs === undefined ? {} : { refetchInterval: refreshMs }),
    ...(keepsPrevious ? { placeholderData: keepPreviousData } : {}),
  });
}
