import type { Config } from '../config/config.ts';

/** The codes of the configuration by the role that they give. */
export function enrolmentCodesOf(config: Pick<Config, 'sellerCode' | 'managerCode' | 'driverCode'>) {
  return { seller: config.sellerCode, manager: config.managerCode, driver: config.driverCode };
}
