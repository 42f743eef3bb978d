import { stompBrokerContract } from './stomp-broker.contract.ts';

stompBrokerContract('in memory', () => Promise.resolve(undefined));
