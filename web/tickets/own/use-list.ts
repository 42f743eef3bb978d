import { useInfiniteQuery } from '@tanstack/react-query';

type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string | null };
type PageRequest = {
  readonly query: { limit: number; cursor?: string };
  readonly signal: AbortSignal;
};

/** What is the person's own, newest first, page by page. */
export function useList<T>(name: readonly string[], fetchPage: (request: PageRequest) => Promise<Page<T>>) {
  return useInfiniteQuery({
    queryKey: ['mine', ...name],
    queryFn: ({ pageParam, signal }) =>
      fetchPage({ query: { limit: 30, ...(pageParam === '' ? {} : { cursor: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    select: ({ pages }) => pages.flatMap((page) => page.items),
  });
}
