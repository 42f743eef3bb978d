import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram, installPackages, runProgram } from './programs.mjs';

export const installOpenssl = () =>
  installPackages(['openssl'], async () => (await findProgram('openssl')) !== undefined);

/**
 * A certificate for 127.0.0.1 that vouches for itself, so that it is the CA of those who connect as well; one that is
 * there already stays.
 *
 * @returns {Promise<{ certificate: string, key: string }>} the files, in PEM
 */
export async function makeCertificate(directory) {
  const files = { certificate: join(directory, 'certificate.pem'), key: join(directory, 'key.pem') };
  if ((await readFile(files.key, 'utf8').catch(() => '')) !== '') return files;
  await runProgram(
    await findProgram('openssl'),
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650']
      .concat(['-subj', '/CN=firstcome services', '-addext', 'subjectAltName=IP:127.0.0.1'])
      .concat(['-keyout', files.key, '-out', files.certificate]),
  );
  await chmod(files.key, 0o600);
  return files;
}
