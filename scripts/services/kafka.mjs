import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SetupFailure, showProgress } from '../setup/terminal.mjs';
import { installOpenssl, makeCertificate } from './certificate.mjs';
import { untilReady } from './processes.mjs';
import { findProgram, firstLine, installPackages, runProgram } from './programs.mjs';

/** 4.4.0 lacked a jar on Maven Central (kafka-tools-api). */
const VERSION = '4.3.0';
const SCALA = '2.13';
/** One is enough where no broker is to survive another; a small machine has the processors for no more. */
const BROKERS = Number(process.env.FIRSTCOME_KAFKA_BROKERS ?? 3);
const READY_MS = 120_000;
const DOWNLOAD_MS = 280_000;
/** Brokers that serve a test need little; the serial collector and one compiler tier start fast and stay small. */
const JAVA_OPTIONS = ['-Xms128m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const JARS = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'firstcome', `kafka-${VERSION}`);

/** Where brokers ask who one is. Such a user has the rights that are given to it, none at first; others may do anything. */
const ASKING_LISTENERS = ['sasl', 'tls'];
const USERS = [
  ...ASKING_LISTENERS.flatMap((name) => [
    `listener.name.${name}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512`,
    `listener.name.${name}.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_firstcome="firstcome-plain";`,
    `listener.name.${name}.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;`,
  ]),
  'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users=User:ANONYMOUS',
];
const SCRAM_USER = ['--add-scram', 'SCRAM-SHA-512=[name=firstcome,password=firstcome-scram]'];

/** Brokers in KRaft mode, each controller as well. */
export const kafka = {
  name: 'kafka',
  async install(say) {
    await installPackages(['default-jre-headless'], async () => (await findProgram('java')) !== undefined);
    await installOpenssl();
    if ((await readdir(JARS).catch(() => [])).length > 0) return;
    await installPackages(['maven'], async () => (await findProgram('mvn')) !== undefined);
    await fetchJars();
    say(`the jars of Kafka ${VERSION} are kept in ${JARS}`);
  },
  async launch(place) {
    const java = await findProgram('java');
    const ports = await place.ports(BROKERS * 4);
    const nodes = Array.from({ length: BROKERS }, (_none, index) => ({
      id: index + 1,
      port: ports[index],
      controller: ports[BROKERS + index],
      sasl: ports[2 * BROKERS + index],
      tls: ports[3 * BROKERS + index],
    }));
    const cluster = await clusterId(place.directory, ports, java);
    const { certificate, key } = await makeCertificate(place.directory);
    const keyStore = join(place.directory, 'keystore.pem');
    const pems = await Promise.all([key, certificate].map((file) => readFile(file, 'utf8')));
    await writeFile(keyStore, pems.join(''), { mode: 0o600 });
    const started = await Promise.all(
      nodes.map((node) => startBroker(place, java, { node, nodes, cluster, keyStore })),
    );
    const failed = started.map((broker) => broker.failed);
    await untilReady(() => Promise.all(nodes.map(({ port }) => assertSpeaks(port))), {
      limitMs: READY_MS,
      failed,
    });
    const env = { KAFKA_BROKERS: nodes.map(({ port }) => `127.0.0.1:${port}`).join(',') };
    return { env, ports: { sasl: nodes[0].sasl, tls: nodes[0].tls }, certificate };
  },
};

/** Data belongs to one cluster on known ports: with other ports everything begins again. */
async function clusterId(directory, ports, java) {
  const file = join(directory, 'cluster.json');
  const kept = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
  if (kept.ports?.join() === ports.join()) return kept.id;
  for (let id = 1; id <= BROKERS; id += 1)
    await rm(join(directory, `broker-${id}`), { recursive: true, force: true });
  const { stdout } = await runProgram(java, tool('kafka.tools.StorageTool', 'random-uuid'));
  const id = stdout.trim().split('\n').at(-1);
  await writeFile(file, JSON.stringify({ id, ports }));
  return id;
}

async function startBroker(place, java, { node, nodes, cluster, keyStore }) {
  const data = join(place.directory, `broker-${node.id}`);
  await mkdir(data, { recursive: true });
  const file = join(place.directory, `broker-${node.id}.properties`);
  await writeFile(file, properties({ node, nodes, data, keyStore }));
  await runProgram(
    java,
    tool('kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', cluster, '-c', file, ...SCRAM_USER),
  );
  return place.run(`broker-${node.id}`, java, tool('kafka.Kafka', file));
}

function properties({ node, nodes, data, keyStore }) {
  const addresses = `PLAINTEXT://127.0.0.1:${node.port},SASL://127.0.0.1:${node.sasl},TLS://127.0.0.1:${node.tls}`;
  return [
    'process.roles=broker,controller',
    `node.id=${node.id}`,
    `controller.quorum.voters=${nodes.map(({ id, controller }) => `${id}@127.0.0.1:${controller}`).join(',')}`,
    `listeners=${addresses},CONTROLLER://127.0.0.1:${node.controller}`,
    `advertised.listeners=${addresses}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SASL_SSL,CONTROLLER:PLAINTEXT',
    'ssl.keystore.type=PEM',
    `ssl.keystore.location=${keyStore}`,
    ...USERS,
    `log.dirs=${data}`,
    'num.partitions=12',
    `default.replication.factor=${BROKERS}`,
    `min.insync.replicas=${Math.min(BROKERS, 2)}`,
    `offsets.topic.replication.factor=${BROKERS}`,
    `transaction.state.log.replication.factor=${BROKERS}`,
    `transaction.state.log.min.isr=${Math.min(BROKERS, 2)}`,
    'group.initial.rebalance.delay.ms=0',
    'broker.session.timeout.ms=3000',
    'auto.create.topics.enable=false',
    'log.segment.bytes=67108864',
    'log.retention.bytes=268435456',
    '',
  ].join('\n');
}

/** The arguments of Java for one of Kafka's programs. */
function tool(name, ...args) {
  return [...JAVA_OPTIONS, '-cp', join(JARS, '*'), name, ...args];
}

/** Brings the jars from Maven Central to a folder beside the cache, which they enter all at once. */
async function fetchJars() {
  const work = `${JARS}.${process.pid}`;
  await mkdir(work, { recursive: true });
  await writeFile(join(work, 'pom.xml'), projectFile());
  const end = showProgress(() => `fetching the jars of Kafka ${VERSION} from Maven Central (43 MB)`);
  try {
    const args = ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${join(work, 'lib')}`];
    await runProgram(await findProgram('mvn'), args, { cwd: work, timeout: DOWNLOAD_MS });
    await rename(join(work, 'lib'), JARS);
  } catch (error) {
    throw new SetupFailure(
      `the jars of Kafka cannot be fetched (${firstLine(error)}): check the network connection.`,
    );
  } finally {
    end();
    await rm(work, { recursive: true, force: true });
  }
}

function projectFile() {
  const dependency = (group, artifact, version) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>firstcome</groupId><artifactId>kafka-jars</artifactId><version>1</version>
  <dependencies>
    ${dependency('org.apache.kafka', `kafka_${SCALA}`, VERSION)}
    ${dependency('org.slf4j', 'slf4j-simple', '1.7.36')}
  </dependencies>
</project>
`;
}

/** Asks for the versions that a broker speaks (request 18), which it answers once it takes clients. */
function assertSpeaks(port) {
  const request = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.setTimeout(5_000, () => socket.destroy(new Error(`the broker on port ${port} does not answer`)));
    socket.once('data', () => {
      resolve();
      socket.destroy();
    });
    socket.once('close', () => reject(new Error(`the broker on port ${port} closed the connection`)));
    socket.once('error', reject);
  });
}
