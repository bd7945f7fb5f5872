import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import type { FastifyInstance } from 'fastify'
import { projectFolder } from '../core/config.ts'

/** The browser's files, bundled at start and named by their content, so that they may be kept. */
export type Assets = {
  readonly css: string
  readonly js: string
  readonly files: ReadonlyMap<string, { readonly type: string; readonly content: Uint8Array }>
}

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
}

/** Bundles the style sheet and the islands (about 0.1 s). Islands beyond the first load on demand. */
export async function buildAssets(): Promise<Assets> {
  const made = await build({
    entryPoints: [join(projectFolder, 'src/web/islands/main.ts')],
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: true,
    write: false,
    outdir: '/assets',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    target: ['es2022', 'chrome109', 'firefox115', 'safari16'],
    legalComments: 'none',
  })
  const styled = await build({
    entryPoints: ['src/web/css/main.css', 'src/web/css/map.css'].map((p) => join(projectFolder, p)),
    bundle: true,
    minify: true,
    write: false,
    outdir: '/assets',
    entryNames: '[name]-[hash]',
    loader: { '.png': 'dataurl', '.svg': 'dataurl' },
  })
  const files = new Map<string, { type: string; content: Uint8Array }>()
  for (const { path, contents } of [...made.outputFiles, ...styled.outputFiles]) {
    const type = types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
    files.set(basename(path), { type, content: contents })
  }
  const find = (start: string, end: string) =>
    `/assets/${[...files.keys()].find((n) => n.startsWith(start) && n.endsWith(end)) ?? ''}`
  return { css: find('main-', '.css'), js: find('main-', '.js'), files }
}

/** Serves the bundled files; they never change under their names. */
export function mountAssets(app: FastifyInstance, assets: Assets): void {
  app.get<{ Params: { name: string } }>(
    '/assets/:name',
    { schema: { hide: true } },
    async (request, reply) => {
      const wanted = request.params.name
      // The map's style sheet is asked for by its plain name: an island cannot know the hash.
      const name = wanted === 'map.css' ? mapSheet(assets) : wanted
      const file = assets.files.get(name)
      if (!file) return reply.callNotFound()
      const tag = createHash('sha1').update(file.content).digest('base64url')
      const age = name === wanted ? 'public, max-age=31536000, immutable' : 'public, max-age=3600'
      return reply
        .header('cache-control', age)
        .header('etag', `"${tag}"`)
        .type(file.type)
        .send(Buffer.from(file.content))
    },
  )
}

const mapSheet = (assets: Assets): string =>
  [...assets.files.keys()].find((name) => name.startsWith('map-') && name.endsWith('.css')) ?? ''
