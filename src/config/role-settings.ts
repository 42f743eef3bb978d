import { integer, oneOf, type Setting, type Settings, text, url, urlList, weaknessOf } from './settings.ts';

export const ROLE_NAMES = ['gateway', 'api', 'worker'] as const;
/** What a process does: takes requests for others, answers them, or works in the background. */
export type Role = (typeof ROLE_NAMES)[number];

const DEMO_INTERNAL_SECRET = 'demo-internal-secret-do-not-use-in-production';

const roles: Setting<readonly Role[]> = {
  env: 'ROLES',
  fallback: ROLE_NAMES,
  shownAs: ROLE_NAMES.join(','),
  describe:
    'What this process does: gateway, api, worker, in any combination. All in one needs no gateway of its own.',
  parse(value) {
    const names = value.split(',').map((name) => name.trim());
    const known = ROLE_NAMES.filter((role) => names.includes(role));
    const isRight = names.every((name) => known.some((role) => role === name));
    return isRight ? { value: known } : `some of ${ROLE_NAMES.join(', ')}, with commas between them`;
  },
};

/** The roles of a process, and where those of others are. */
export const roleSettings = {
  roles,
  internalHost: text(
    'INTERNAL_HOST',
    '127.0.0.1',
    'Address on which an api or a worker listens where the gateway is another process or has several apis.',
  ),
  internalPort: integer('INTERNAL_PORT', 8_081, 'Port for that; 0 takes a free one.', {
    min: 0,
    max: 65_535,
  }),
  internalSecret: text(
    'INTERNAL_SECRET',
    DEMO_INTERNAL_SECRET,
    'By this the processes of one system know each other: the same in all, 32 characters or more; required in production where roles are apart.',
    { confidential: true, shownAs: 'a demo secret' },
  ),
  apiInstances: urlList(
    'API_INSTANCES',
    ['http'],
    'Where the apis of a gateway are, as http://host:port with commas between them.',
  ),
  apiDns: text(
    'API_DNS',
    '',
    'Where the apis of a gateway are, by DNS: host:port, all addresses of the host, or the name of SRV records (_api._tcp.example.internal).',
    { shownAs: 'none' },
  ),
  apiRegistry: oneOf(
    'API_REGISTRY',
    'off',
    'Where apis announce themselves and gateways find them: redis, by leases in REDIS_URL or REDIS_CLUSTER.',
    ['off', 'redis'],
  ),
  instanceUrl: url(
    'INSTANCE_URL',
    ['http'],
    'How gateways reach this api, as http://host:port; without it by its own address. For API_REGISTRY.',
  ),
  gatewayConnectionsMax: integer(
    'GATEWAY_CONNECTIONS_MAX',
    256,
    'Connections of a gateway to one api at most, streams apart.',
    { min: 1, max: 65_536 },
  ),
  gatewayRequestsMax: integer(
    'GATEWAY_REQUESTS_MAX',
    8_192,
    'Requests of a gateway under way at one api at most; more are answered 503.',
    { min: 1, max: 1_000_000 },
  ),
  gatewayAnswerTimeoutMs: integer(
    'GATEWAY_ANSWER_TIMEOUT_MS',
    30_000,
    'How long an api has to begin its answer; then 504.',
    { min: 100, max: 600_000 },
  ),
  drainMs: integer(
    'DRAIN_MS',
    2_500,
    'How long an api behind a gateway goes on answering after it has said that it stops, so that the gateway has heard of it.',
    { min: 0, max: 600_000 },
  ),
} as const;

export type RoleConfig = Settings<typeof roleSettings>;

type Places = Pick<RoleConfig, 'apiInstances' | 'apiDns' | 'apiRegistry'>;

/** Whether a registry says where apis are. */
function namesInstances({ apiInstances, apiDns, apiRegistry }: Places): boolean {
  return apiInstances.length > 0 || apiDns !== '' || apiRegistry === 'redis';
}

/** Whether requests reach this process' api through a gateway: in front of one that it has itself, there is none. */
export function isBehindGateway(config: Places & Pick<RoleConfig, 'roles'>): boolean {
  return !config.roles.includes('gateway') || !config.roles.includes('api') || namesInstances(config);
}

export function roleProblems(
  config: RoleConfig & { readonly redisUrl: string | undefined; readonly redisCluster: readonly string[] },
  mode: 'demo' | 'production',
): readonly string[] {
  const problems: string[] = [];
  const { roles: chosen, internalSecret } = config;
  if (chosen.length === 0) problems.push('ROLES must name at least one role.');
  if (chosen.includes('gateway') && !chosen.includes('api') && !namesInstances(config))
    problems.push(
      'API_INSTANCES, API_DNS or API_REGISTRY must say where the apis are where ROLES has a gateway and no api.',
    );
  const ways = [config.apiInstances.length > 0, config.apiDns !== '', config.apiRegistry === 'redis'];
  if (ways.filter(Boolean).length > 1)
    problems.push('API_INSTANCES, API_DNS and API_REGISTRY are ways to say the same: set one.');
  if (config.apiRegistry === 'redis' && config.redisUrl === undefined && config.redisCluster.length === 0)
    problems.push('REDIS_URL or REDIS_CLUSTER must be set where API_REGISTRY is redis.');
  for (const origin of config.apiInstances) {
    const { pathname, username, search } = new URL(origin);
    if (pathname !== '/' || username !== '' || search !== '')
      problems.push('API_INSTANCES takes http://host:port, with neither path nor user.');
  }
  if (mode !== 'production' || !isBehindGateway(config)) return problems;
  const weakness =
    internalSecret === DEMO_INTERNAL_SECRET
      ? 'must be set where roles are apart in production: its default is public'
      : weaknessOf(internalSecret, { lengthMin: 32, differentMin: 10 });
  if (weakness !== undefined) problems.push(`INTERNAL_SECRET ${weakness}.`);
  return problems;
}

/** Where the api or the worker of this process listens. */
export function listenPlace(config: RoleConfig & { readonly host: string; readonly port: number }): {
  readonly host: string;
  readonly port: number;
} {
  if (!isBehindGateway(config)) return { host: config.host, port: config.port };
  return { host: config.internalHost, port: config.internalPort };
}
