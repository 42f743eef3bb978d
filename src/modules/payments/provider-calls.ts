import { DeadlineFault } from '../../kernel/faults.ts';

export type ProviderCall = 'create' | 'confirm' | 'refund' | 'ask';

/** Calls of a provider, each bounded in time and counted. */
export type ProviderCalls = {
  /** For how long nobody else asks for a payment that is being asked for. */
  readonly claimMs: number;
  /** @throws DeadlineFault, or what the provider threw */
  call<T>(name: ProviderCall, run: (signal: AbortSignal) => Promise<T>): Promise<T>;
};

export type ProviderCallsOptions = {
  /** How long a provider may take to answer. */
  readonly timeoutMs: number;
  /** Hears how each call ended: `answered`, `timed_out` or `failed`. */
  readonly onCall?: ((call: ProviderCall, outcome: string) => void) | undefined;
};

/** What a claim outlives a call by: to write its answer down. */
const CLAIM_MARGIN_MS = 5_000;

export function createProviderCalls({ timeoutMs, onCall }: ProviderCallsOptions): ProviderCalls {
  return {
    claimMs: timeoutMs + CLAIM_MARGIN_MS,
    async call(name, run) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const answer = await run(signal);
        onCall?.(name, 'answered');
        return answer;
      } catch (error) {
        onCall?.(name, signal.aborted ? 'timed_out' : 'failed');
        if (signal.aborted) throw new DeadlineFault(`the payment provider did not answer ${name} in time`);
        throw error;
      }
    },
  };
}
