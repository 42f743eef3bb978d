import { useQueryClient } from '@tanstack/react-query';

/** Lets every list that shows venues or their stages be read again. */
export function useForgetVenues(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await Promise.all(
      [['mine', 'venues'], ['mine', 'stages'], ['venue']].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
  };
}
