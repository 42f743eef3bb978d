/**
 * A reporter for node:test that lists the reasons of skipped tests, one a line. A test that lacks a service of the
 * machine gives a reason that begins with "could not run: ".
 */
export default async function* couldNotRun(source) {
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (typeof data.skip === 'string') yield `${data.skip}\n`;
    else if (data.skip === true) yield `skipped without a reason: ${data.name}\n`;
  }
}
