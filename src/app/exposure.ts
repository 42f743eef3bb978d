import type { Config } from '../config/config.ts';
import { mailFolder } from '../config/mail-settings.ts';
import { listenPlace, type RoleConfig } from '../config/role-settings.ts';
import { isLoopback } from '../kernel/loopback.ts';
import type { MetricsRouteOptions } from '../platform/http/metrics-route.ts';

/** Who may read the metrics. */
export function metricsReaders(config: Config): MetricsRouteOptions {
  return { token: config.metricsToken, isLocalOnly: !servesOthers(config) };
}

/** Whether others than this machine can reach it, by its address or through a proxy. */
function servesOthers(config: RoleConfig & Pick<Config, 'host' | 'port' | 'trustProxy'>): boolean {
  const hosts = [listenPlace(config).host, ...(config.roles.includes('gateway') ? [config.host] : [])];
  return !hosts.every(isLoopback) || config.trustProxy.length > 0;
}

/** What an operator should know of a configuration that works, in words. */
export function startWarnings(
  config: RoleConfig & Pick<Config, 'mode' | 'host' | 'port' | 'trustProxy' | 'mailUrl' | 'dataDir'>,
): readonly string[] {
  if (config.mode === 'production' && config.mailUrl === undefined)
    return [`nobody gets mails: they are written to ${mailFolder(config)}; set MAIL_URL`];
  if (config.mode !== 'demo' || !servesOthers(config)) return [];
  return [
    'demo mode serves others than this machine: its accounts, codes and SECRET_KEY are public, so that anyone can ' +
      'become a manager; set MODE=production, or HOST=127.0.0.1 without TRUST_PROXY',
  ];
}
