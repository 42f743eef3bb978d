import { kafka } from './kafka.mjs';
import { postgres } from './postgres.mjs';
import { rabbitmq } from './rabbitmq.mjs';
import { redis, redisCluster } from './redis.mjs';

/**
 * Every service, in the order in which they start. A service has a `name`; `install(say)` brings its programs;
 * `launch(place)` starts its processes and answers when they are ready, with the variables that the system takes, ports
 * beside them, and the file of the certificate by which those that speak TLS are known.
 *
 * @typedef {{ directory: string, run: (name: string, file: string, args: string[], options?: object) => object }} Place
 * @typedef {{ name: string, install: (say: (text: string) => void) => Promise<void>,
 *   launch: (place: Place) => Promise<{ env: Record<string, string>, ports?: Record<string, number>, certificate?: string }> }} Service
 * @type {readonly Service[]}
 */
export const SERVICES = [postgres, redis, redisCluster, rabbitmq, kafka];
