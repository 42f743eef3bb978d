import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Answer, call } from '../../shared/api/call.ts';

export type Group = Answer<'listDeadLetterGroups'>['items'][number];
export type Redrive = Answer<'getRedrive'>;

/** Which dead letters are meant: those of a cause; all of the consumer where there is none. */
type Selection = { readonly consumer: string; readonly cause?: string };

/** How often it is looked how they stand, and while something is at work. */
const LOOK_MS = 3_000;
const LOOK_AT_WORK_MS = 500;
/** Of the redrives that were, as many as fit under the eyes. */
const SHOWN_MAX = 5;

export const isAtWork = ({ state }: Pick<Redrive, 'state'>) => state === 'queued' || state === 'running';

export function selectionOf({ consumer, cause }: Group): Selection {
  return cause === null ? { consumer } : { consumer, cause };
}

export function useGroups() {
  return useQuery({
    queryKey: ['mine', 'dead-letters', 'groups'],
    queryFn: ({ signal }) => call('listDeadLetterGroups', { signal }),
    refetchInterval: LOOK_MS,
  });
}

/** How many events wait to be repaired; undefined until that is known. */
export function useDeadLetterCount(): number | undefined {
  const { data } = useGroups();
  return data?.items.reduce((sum, { parked, waiting }) => sum + parked + waiting, 0);
}

/** Redrives that are at work, and the latest that were. */
export function useRedrives() {
  const { data } = useQuery({
    queryKey: ['mine', 'dead-letters', 'redrives'],
    queryFn: ({ signal }) => call('listRedrives', { query: { limit: 20 }, signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(isAtWork) ? LOOK_AT_WORK_MS : LOOK_MS),
  });
  return data?.items.filter(({ isDryRun }) => !isDryRun).slice(0, SHOWN_MAX) ?? [];
}

export function useLetter(id: string) {
  return useQuery({
    queryKey: ['mine', 'dead-letters', 'letter', id],
    queryFn: ({ signal }) => call('getDeadLetter', { params: { id }, signal }),
  });
}

/** Tries one without effect, and waits for what would happen. */
export function useDryRun(consumer: string, letterId: string) {
  const begun = useMutation({
    mutationFn: () => call('redriveDeadLetters', { body: { consumer, ids: [letterId], dryRun: true } }),
  });
  const id = begun.data?.id;
  const { data: run } = useQuery({
    queryKey: ['mine', 'dead-letters', 'dry-run', id],
    queryFn: ({ signal }) => call('getRedrive', { params: { id: id ?? '' }, signal }),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data && !isAtWork(state.data) ? false : LOOK_AT_WORK_MS),
  });
  const isRunning = begun.isPending || (id !== undefined && (run === undefined || isAtWork(run)));
  return { start: () => begun.mutate(), isRunning, outcome: isRunning ? undefined : run, error: begun.error };
}

/** What is decided about dead letters; both lists are read again after it. */
function useDecision<Input, Value>(decide: (input: Input) => Promise<Value>, onSuccess?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: decide,
    // Of the mutation itself: its form may be gone by then.
    onSuccess: () => onSuccess?.(),
    onSettled: () => queries.invalidateQueries({ queryKey: ['mine', 'dead-letters'] }),
  });
}

export function useRedrive(selection: Selection, onStarted: () => void) {
  return useDecision(
    (ratePerSecond: number) => call('redriveDeadLetters', { body: { ...selection, ratePerSecond } }),
    onStarted,
  );
}

export function useDiscard(selection: Selection) {
  return useDecision((reason: string) => call('discardDeadLetters', { body: { ...selection, reason } }));
}

export function useStop(id: string) {
  return useDecision(() => call('stopRedrive', { params: { id } }));
}
