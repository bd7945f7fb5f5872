import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { AssetLinks } from './view.ts'

/** One built file; its URL carries a hash of its content, so it may be cached for ever. */
export type Asset = {
  readonly url: string
  readonly contentType: string
  readonly body: Uint8Array
}

/** All built files by their URL, and the links that pages need. */
export type Assets = {
  readonly files: ReadonlyMap<string, Asset>
  readonly links: AssetLinks
}

const here = dirname(fileURLToPath(import.meta.url))
const contentTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

/**
 * Bundles the style sheet and the islands in memory, about 0.1 s; with `outDir` also writes them
 * there. Logical names: `app.css`, `main`, `calls`, `card`, `device`, `holder`, `map`, `map.css`,
 * `passkey`, `round`, `verifier`, `worker`, `icon.svg`. Throws when a source does not build.
 */
export const buildAssets = async (outDir?: string): Promise<Assets> => {
  const bundled = await build({
    entryPoints: {
      app: join(here, 'css/app.css'),
      main: join(here, 'islands/main.ts'),
      map: join(here, 'islands/map.ts'),
      worker: join(here, 'islands/worker.ts'),
      calls: join(here, 'islands/calls.ts'),
      card: join(here, 'islands/card.ts'),
      device: join(here, 'islands/device.ts'),
      holder: join(here, 'islands/holder.ts'),
      passkey: join(here, 'islands/passkey.ts'),
      round: join(here, 'islands/round.ts'),
      verifier: join(here, 'islands/verifier.ts'),
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    outdir: '/assets',
    legalComments: 'none',
    loader: { '.png': 'dataurl' },
    logLevel: 'silent',
  })
  const outputs = bundled.outputFiles.map((file) => [basename(file.path), file.contents] as const)
  const icon = ['icon.svg', new Uint8Array(await readFile(join(here, 'icon.svg')))] as const
  const byName = new Map([...outputs, icon].map(([name, body]) => [name, asset(name, body)]))
  const files = new Map([...byName.values()].map((file) => [file.url, file]))
  if (outDir) await writeAll(outDir, files)
  return { files, links: linksOf(byName) }
}

const asset = (name: string, body: Uint8Array): Asset => {
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 10)
  const [stem, extension = ''] = [name.slice(0, name.lastIndexOf('.')), name.split('.').at(-1)]
  const contentType = contentTypes[extension] ?? 'application/octet-stream'
  return { url: `/assets/${stem}-${digest}.${extension}`, contentType, body }
}

const linksOf = (byName: ReadonlyMap<string, Asset>): AssetLinks => {
  const url = (name: string): string => {
    const found = byName.get(name) ?? byName.get(`${name}.js`)
    if (!found) throw new Error(`There is no built file named ${name}`)
    return found.url
  }
  return { css: url('app.css'), js: url('main'), island: url }
}

const writeAll = async (outDir: string, files: ReadonlyMap<string, Asset>): Promise<void> => {
  await mkdir(join(outDir, 'assets'), { recursive: true })
  await Promise.all([...files.values()].map((file) => writeFile(join(outDir, file.url), file.body)))
}
