import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
export const NODE_MODULES = join(ROOT, 'node_modules');
export const LOCKFILE = join(ROOT, 'package-lock.json');
