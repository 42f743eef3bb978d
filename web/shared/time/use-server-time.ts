import { useEffect, useState } from 'react';
import { serverClock } from './server-clock.ts';

/** The server's time, again each time that a second of it begins; epoch ms. */
export function useServerTime(): number {
  const [now, setNow] = useState(() => serverClock.now());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      const at = serverClock.now();
      setNow(at);
      timer = setTimeout(tick, 1_005 - (at % 1_000));
    };
    tick();
    return () => clearTimeout(timer);
  }, []);
  return now;
}
