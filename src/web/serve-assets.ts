import type { FastifyInstance } from 'fastify'
import type { Assets } from './assets.ts'

/** Serves the built files; a name carries the hash of its content, so it is kept for ever. */
export function mountAssets(app: FastifyInstance, assets: Assets): void {
  app.get('/assets/:name', { schema: { hide: true } }, async (request, reply) => {
    const file = assets.files.get(request.url.split('?')[0] ?? '')
    if (!file) return reply.callNotFound()
    return reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .type(file.contentType)
      .send(Buffer.from(file.body))
  })
  // A service worker governs what lies beneath its own address, so it stands at the root.
  app.get('/sw.js', { schema: { hide: true } }, async (_, reply) => {
    const worker = assets.files.get(assets.links.island('worker'))!
    return reply
      .header('cache-control', 'no-cache')
      .type(worker.contentType)
      .send(Buffer.from(worker.body))
  })
}
