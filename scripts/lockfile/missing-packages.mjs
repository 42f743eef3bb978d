const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'wasm32'];

/**
 * Entries for the optional packages that a lockfile's packages name and the lockfile lacks, by their path. What they
 * run on follows from their names, as native packages are called. They carry no checksum: npm checks it against what
 * the registry says when it installs them.
 */
export function missingOptionalPackages({ packages }) {
  const missing = {};
  for (const { optionalDependencies = {}, dev } of Object.values(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const path = `node_modules/${name}`;
      if (packages[path] === undefined) missing[path] = describe(name, version, dev === true);
    }
  }
  return missing;
}

function describe(name, version, dev) {
  const words = name.split(/[/-]/);
  const system = SYSTEMS.find((word) => words.includes(word));
  const processor = PROCESSORS.find((word) => words.includes(word));
  if (system === undefined || processor === undefined || !/^\d/.test(version)) {
    throw new Error(
      `${name}@${version} is not a native package of one version: add it to the lockfile by npm.`,
    );
  }
  const libc = name.includes('musl')
    ? ['musl']
    : name.includes('gnu') && system === 'linux'
      ? ['glibc']
      : undefined;
  return {
    version,
    cpu: [processor],
    ...(dev ? { dev } : {}),
    ...(libc === undefined ? {} : { libc }),
    optional: true,
    os: [system],
  };
}
