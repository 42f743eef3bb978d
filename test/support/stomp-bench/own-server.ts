/** Our server in a process of its own, without the rest of the system; tells its port, and frees memory when asked to. */
import { startStomp } from '../stomp.ts';

const stomp = await startStomp({ isTimeReal: true });
process.on('message', () => {
  globalThis.gc?.();
  process.send?.('collected');
});
process.on('disconnect', () => process.exit(0));
process.send?.(stomp.httpPort);
