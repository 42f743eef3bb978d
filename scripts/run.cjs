/**
 * `npm start` and its like: `run.cjs NAME ...` runs `scripts/NAME.mjs`. CommonJS, because Node loads no ES module, not
 * even the first, from a path with a backslash (ERR_INVALID_MODULE_SPECIFIER): so that this is said in one line.
 */
const { resolve, sep } = require('node:path');

const SCRIPTS = {
  start: () => import('./start.mjs'),
  test: () => import('./test.mjs'),
  bench: () => import('./bench.mjs'),
  cluster: () => import('./cluster.mjs'),
  services: () => import('./services.mjs'),
  cli: () => import('./cli.mjs'),
  lab: () => import('./lab.mjs'),
};

const root = resolve(__dirname, '..');
if (sep !== '\\' && root.includes('\\')) {
  process.stderr.write(
    `firstcome: Node cannot load programs from a folder with a backslash in its path: move ${root} to another one.\n`,
  );
  process.exitCode = 1;
} else {
  const [name] = process.argv.splice(2, 1);
  void SCRIPTS[name]();
}
