import { createMemoryFanOut } from '../../src/adapters/memory/fan-out.ts';
import { createTestHub } from '../support/live.ts';
import { fanOutContract } from './fan-out.contract.ts';

fanOutContract('memory', {
  hubs(count) {
    const fanOut = createMemoryFanOut();
    return Promise.resolve(Array.from({ length: count }, () => createTestHub({ fanOut })));
  },
});
