import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import { projectFolder } from './core/config.ts'

/*
 * The shape of the program as a test: layers one way, the kernels in their written order, no city
 * in the code, and sizes that a reader can hold. A message names the file and the rule.
 */

const source = join(projectFolder, 'src')
const kernels = [
  ...['identity', 'calendar', 'messages', 'forms', 'knowledge', 'bookings', 'cases', 'figures'],
]

/** Files that put the layers together; they may import what they like. */
const roots = ['main.ts', 'app.ts', 'platform.ts', 'systems.ts', 'proof.ts', 'verify.ts']

type File = { readonly path: string; readonly text: string; readonly imports: readonly string[] }

const files: readonly File[] = globSync('**/*.{ts,tsx}', { cwd: source })
  .filter((path) => !path.endsWith('.d.ts'))
  .sort()
  .map((path) => {
    const text = readFileSync(join(source, path), 'utf8')
    return { path, text, imports: importsOf(path, text) }
  })

/** What a file imports of ours, as paths under src. */
function importsOf(path: string, text: string): string[] {
  const found = text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*['"](\.[^'"]+)['"]/g)
  return [...found].map(([, to]) => relative(source, resolve(source, dirname(path), to!)))
}

const code = files.filter(({ path }) => !/\.test\.tsx?$/.test(path))
/** Whatever shows HTML: pages, and the components that a kernel's pages share. */
const isPage = (path: string) => path.endsWith('.tsx') || /(^|\/)pages?[/-]/.test(path)

/** The imports that a rule forbids, as lines for a reader. */
const offences = (rule: (from: string, to: string) => boolean): string[] =>
  code.flatMap(({ path, imports }) =>
    imports.filter((to) => rule(path, to)).map((to) => `src/${path} imports src/${to}`),
  )

const none = (found: readonly string[], rule: string) =>
  assert.deepEqual(found, [], `${rule}:\n  ${found.join('\n  ')}\n`)

const inside = (folder: string, path: string) => path.startsWith(`${folder}/`)
const partOf = (folder: string, path: string) =>
  inside(folder, path) ? path.slice(folder.length + 1).split('/')[0] : undefined

test('there are files to check, and their imports are found', () => {
  assert.ok(code.length > 50)
  assert.ok(code.some(({ imports }) => imports.includes('core/context.ts')))
})

test('the core imports nothing of the layers above it', () => {
  none(
    offences((from, to) => inside('core', from) && !inside('core', to)),
    'src/core may import src/core only',
  )
})

test('a kernel imports the core and the kernels before it, and the web for its pages', () => {
  const allowed = (from: string, to: string) => {
    const [mine, theirs] = [partOf('kernel', from), partOf('kernel', to)]
    if (theirs !== undefined) return kernels.indexOf(theirs) <= kernels.indexOf(mine ?? '')
    return inside('core', to) || (inside('web', to) && isPage(from))
  }
  none(
    offences((from, to) => inside('kernel', from) && !allowed(from, to)),
    `kernels stand in this order: ${kernels.join(' · ')}`,
  )
})

test('every kernel stands in the written order', () => {
  const found = new Set(code.map(({ path }) => partOf('kernel', path)).filter((name) => name))
  none(
    [...found].filter((name) => !kernels.includes(name ?? '')).map((name) => `src/kernel/${name}`),
    'add the kernel to the order in this test and in docs',
  )
})

test('a system imports no other system', () => {
  none(
    offences((from, to) => {
      const theirs = partOf('systems', to)
      return inside('systems', from) && theirs !== undefined && theirs !== partOf('systems', from)
    }),
    'what two systems share belongs to a kernel',
  )
})

test('a system and the web know nothing of the platform that puts them together', () => {
  none(
    offences(
      (from, to) =>
        (inside('systems', from) || inside('web', from) || inside('kernel', from)) &&
        (roots.includes(to) || inside('demo', to)),
    ),
    'the layers are put together by main, app and platform, not by a part',
  )
})

test('only the web, pages and what puts them together import the web', () => {
  none(
    offences(
      (from, to) =>
        inside('web', to) &&
        !inside('web', from) &&
        !isPage(from) &&
        ![...roots, 'system.ts'].includes(from),
    ),
    'rules and operations know nothing of pages',
  )
})

test('the web knows no system', () => {
  none(
    offences((from, to) => inside('web', from) && inside('systems', to)),
    'a page of a system stands in its own folder',
  )
})

test('nothing under src names a city', () => {
  const named = /kaohsiung|高雄/i
  const found = files
    .filter(({ path }) => path !== 'architecture.test.ts')
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, i) => {
        const isDefault = path === 'core/config.ts' && line.includes(`'cities/kaohsiung'`)
        return named.test(line) && !isDefault ? [`src/${path}:${i + 1}`] : []
      }),
    )
  none(found, 'a city is a pack under cities/, chosen by TAKAO_CITY')
})

const longest = { lines: 300, characters: 100 }

test('a file has 300 lines at most', () => {
  const found = files
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > longest.lines)
  none(
    found.map(({ path, lines }) => `src/${path} has ${lines} lines`),
    `at most ${longest.lines} lines: split the idea, not the text`,
  )
})

test('a line has 100 characters at most', () => {
  const found = files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, i) =>
        [...line].length > longest.characters ? [`src/${path}:${i + 1}`] : [],
      ),
  )
  none(found, `at most ${longest.characters} characters`)
})

test('no file only hands on what others export', () => {
  const found = files
    .filter(({ text }) => /^export (\*|\{[^}]*\}|type \{[^}]*\}) from /m.test(text))
    .map(({ path }) => `src/${path}`)
  none(found, 'import from the file that has it')
})

test('no rule is switched off in the code', () => {
  const found = files
    .filter(({ path }) => path !== 'architecture.test.ts')
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, i) =>
          /@ts-(ignore|nocheck)|biome-ignore|\bas any\b|[:<,]\s*any\b\s*[;,)>=\]]/.test(line)
            ? [`src/${path}:${i + 1}`]
            : [],
        ),
    )
  none(found, 'mend the cause')
})

test('types are erased, not compiled: no enum, namespace or parameter property', () => {
  const compiled =
    /^\s*(export )?(const )?(enum|namespace) |constructor\((private|public|readonly) /
  const found = code.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, i) => (compiled.test(line) ? [`src/${path}:${i + 1}`] : [])),
  )
  none(found, 'use unions and plain fields')
})
