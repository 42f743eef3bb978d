import { isLoopback } from '../kernel/loopback.ts';
import { integer, list, oneOf, optionalText, type Settings, text, urlList } from './settings.ts';

/** How saved events reach consumers, and the brokers that may stand between. */
export const feedSettings = {
  eventFeed: oneOf(
    'EVENT_FEED',
    'postgres',
    'How events reach consumers: postgres needs nothing else, kafka and rabbitmq publish them to a broker as well.',
    ['postgres', 'kafka', 'rabbitmq'],
  ),
  feedEventMax: integer(
    'FEED_EVENT_MAX',
    256 * 1024,
    'Bytes of an event at a broker; a larger one refers to the store.',
    { min: 1_024, max: 512 * 1024 },
  ),
  kafkaBrokers: list('KAFKA_BROKERS', [], 'Some of the brokers, as host:port; they name the others.'),
  kafkaTopic: text(
    'KAFKA_TOPIC',
    'firstcome.events',
    'The topic of events, of 12 partitions; made where it lacks. Its name begins with firstcome.',
  ),
  kafkaTls: oneOf(
    'KAFKA_TLS',
    'off',
    'Whether brokers are spoken to by TLS; NODE_EXTRA_CA_CERTS names a CA of your own.',
    ['off', 'on'],
  ),
  kafkaSasl: oneOf('KAFKA_SASL', 'off', 'How this user is proven to brokers.', [
    'off',
    'PLAIN',
    'SCRAM-SHA-256',
    'SCRAM-SHA-512',
  ]),
  kafkaUsername: optionalText('KAFKA_USERNAME', 'The user of KAFKA_SASL.'),
  kafkaPassword: { ...optionalText('KAFKA_PASSWORD', 'The password of KAFKA_USERNAME.'), confidential: true },
  kafkaStartWaitMs: integer(
    'KAFKA_START_WAIT_MS',
    60_000,
    'How long a start waits for brokers that do not answer, before it gives up.',
    { min: 0, max: 3_600_000 },
  ),
  amqpUrl: urlList(
    'AMQP_URL',
    ['amqp', 'amqps'],
    'RabbitMQ, as amqps://user:password@host:5671/vhost; of several nodes, with commas between them, the first that answers is used. NODE_EXTRA_CA_CERTS names a CA of your own.',
  ),
  amqpStreams: text(
    'AMQP_STREAMS',
    'firstcome.events',
    'The exchange of events, and what the names of its 12 streams begin with; made where they lack. Begins with firstcome.',
  ),
  amqpHolds: text(
    'AMQP_HOLDS',
    'firstcome.holds',
    'The queue of holds where HOLD_STRATEGY is message; of this system alone, made where it lacks. Begins with firstcome.',
  ),
  amqpStartWaitMs: integer(
    'AMQP_START_WAIT_MS',
    60_000,
    'How long a start waits for RabbitMQ where it does not answer, before it gives up.',
    { min: 0, max: 3_600_000 },
  ),
} as const;

type FeedSettings = Settings<typeof feedSettings>;

/** What does not fit together, in words. */
export function feedProblems(
  config: FeedSettings & { readonly holdStrategy: string },
  mode: string,
): readonly string[] {
  const uses = [
    ...(config.eventFeed === 'rabbitmq' ? ['EVENT_FEED is rabbitmq'] : []),
    ...(config.holdStrategy === 'message' ? ['HOLD_STRATEGY is message'] : []),
  ];
  return [
    ...(config.eventFeed === 'kafka' ? kafkaProblems(config, mode) : []),
    ...(uses.length > 0 ? rabbitmqProblems(config, mode, uses.join(' and ')) : []),
  ];
}

function rabbitmqProblems(config: FeedSettings, mode: string, use: string): readonly string[] {
  const { amqpUrl } = config;
  const problems: string[] = [];
  if (amqpUrl.length === 0) problems.push(`AMQP_URL must name RabbitMQ where ${use}.`);
  const names = { AMQP_STREAMS: config.amqpStreams, AMQP_HOLDS: config.amqpHolds };
  for (const [env, name] of Object.entries(names))
    if (!/^firstcome\.[\w.-]{1,200}$/.test(name))
      problems.push(`${env} must begin with firstcome. and have letters, digits, dots and dashes.`);
  const isOpen = (address: string) => !address.startsWith('amqps:') && !isLoopback(new URL(address).hostname);
  if (mode === 'production' && amqpUrl.some(isOpen))
    problems.push('AMQP_URL sends the password as it is: begin it with amqps: in production.');
  return problems;
}

function kafkaProblems(config: FeedSettings, mode: string): readonly string[] {
  const { kafkaBrokers, kafkaTopic, kafkaSasl, kafkaTls, kafkaUsername, kafkaPassword } = config;
  const problems: string[] = [];
  if (kafkaBrokers.length === 0) problems.push('KAFKA_BROKERS must name brokers where EVENT_FEED is kafka.');
  const wrong = kafkaBrokers.filter((broker) => !/^[^\s:]+:\d{1,5}$/.test(broker));
  if (wrong.length > 0) problems.push(`KAFKA_BROKERS must be host:port, not ${wrong.join(', ')}.`);
  if (!/^firstcome\.[\w.-]{1,200}$/.test(kafkaTopic))
    problems.push('KAFKA_TOPIC must begin with firstcome. and have letters, digits, dots and dashes.');
  if (kafkaSasl !== 'off' && (kafkaUsername === undefined || kafkaPassword === undefined))
    problems.push('KAFKA_SASL needs KAFKA_USERNAME and KAFKA_PASSWORD.');
  if (mode === 'production' && kafkaSasl === 'PLAIN' && kafkaTls === 'off')
    problems.push('KAFKA_SASL PLAIN sends the password as it is: set KAFKA_TLS to on in production.');
  return problems;
}
