import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
} from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectFolder } from '../src/core/config.ts'

/*
 * Everything that CI runs, with one command: what the tests need, the checks, then every test in
 * one process over one PostgreSQL. `npm test -- dispatch` runs the files whose path has that word.
 */

const words = process.argv.slice(2)
const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

provide('chromium', () => Boolean(process.env.CHROMIUM) || chromium.some(existsSync))
provide('fonts-noto-cjk', () => globSync('/usr/share/fonts/**/NotoSans*CJK*').length > 0)
provide('poppler-utils', () => existsSync('/usr/bin/pdftotext'))
provide('libapache2-mod-auth-openidc', () =>
  ['/usr/sbin/apache2', '/usr/lib/apache2/modules/mod_auth_openidc.so'].every(existsSync),
)
provide('python3-authlib', () => existsSync('/usr/lib/python3/dist-packages/authlib'))
provide('python3-requests', () => existsSync('/usr/lib/python3/dist-packages/requests'))

if (words.length === 0) {
  run('types', 'tsc', ['--noEmit', '-p', '.'])
  run('lint', 'biome', ['check', '.'])
}
const files = globSync('{src,test,bench}/**/*.test.{ts,tsx}', { cwd: projectFolder })
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort()
const place = quickest()
// A run that was killed could not clean up after itself.
for (const left of globSync('takao-tests-*', { cwd: place }))
  if (!existsSync(`/proc/${left.split('-')[2]}`))
    rmSync(join(place, left), { recursive: true, force: true })
const folder = mkdtempSync(join(place, `takao-tests-${process.pid}-`))
// PostgreSQL's own user works in it, too.
chmodSync(folder, 0o1777)
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))
run(
  'tests',
  'node',
  [...['--import', 'tsx', '--test', '--test-isolation=none', '--test-force-exit'], ...files],
  { TMPDIR: folder },
)

/** Memory, where there is plenty: a database of a test's own is a thousand small files. */
function quickest(): string {
  const shared = '/dev/shm'
  const plenty = 8 * 2 ** 30
  try {
    const { bavail, bsize } = statfsSync(shared)
    const [, , , how = ''] = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .find(([, where]) => where === shared)!
    const isRoomy = Math.min(bavail * bsize, freemem()) > plenty
    return isRoomy && !how.split(',').includes('noexec') ? shared : tmpdir()
  } catch {
    return tmpdir()
  }
}

/** Installs a Debian package where that is possible, or says exactly what to install. */
function provide(name: string, there: () => boolean): void {
  if (there()) return
  const command = `apt-get install -y --no-install-recommends ${name}`
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log(`測試需要 ${name}，安裝中 / tests need ${name}, installing`)
    spawnSync('sh', ['-c', `apt-get update -qq && ${command}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (there()) return
  }
  console.error(`測試需要 ${name}。請安裝 / tests need ${name}. Please run: sudo ${command}`)
  process.exit(1)
}

/** Runs a step with the project's own tools, and ends with its exit code when it fails. */
function run(
  title: string,
  command: string,
  parameters: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): void {
  const started = performance.now()
  const path = `${projectFolder}/node_modules/.bin:${process.env.PATH}`
  const done = spawnSync(command, parameters, {
    cwd: projectFolder,
    stdio: 'inherit',
    env: { ...process.env, ...settings, PATH: path },
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${title}: ${done.status === 0 ? 'ok' : 'failed'} (${seconds} s)`)
  if (done.status !== 0) process.exit(done.status ?? 1)
}
