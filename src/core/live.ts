import type { FastifyInstance, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import pg from 'pg'
import type { Ctx } from './context.ts'
import { forbidden } from './errors.ts'

/**
 * Tells browsers that a topic changed, when the transaction commits. No data travels, only names.
 */
export async function announce(ctx: Ctx, topic: string): Promise<void> {
  await sql`select pg_notify('takao', ${topic})`.execute(ctx.db)
}

/** A listener on the database that hands out topics to server-sent event streams. */
export type Live = { readonly close: () => Promise<void> }

/** Mounts GET /live?topic=… as a stream of server-sent events; one listener serves all browsers. */
export async function mountLive(
  app: FastifyInstance,
  url: string,
  mayListen: (request: FastifyRequest, topic: string) => Promise<boolean>,
): Promise<Live> {
  const streams = new Map<(topic: string) => void, () => void>()
  const client = new pg.Client({ connectionString: url })
  client.on('error', (error) => app.log.error({ err: error }, 'the listener lost its connection'))
  client.on('notification', ({ payload }) => {
    for (const send of streams.keys()) send(payload ?? '')
  })
  await client.connect()
  await client.query('listen takao')
  app.get('/live', { schema: { hide: true } }, async (request, reply) => {
    const wanted = String((request.query as { topic?: string }).topic ?? '')
    if (!(await mayListen(request, wanted))) throw forbidden()
    reply.hijack()
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    reply.raw.write('retry: 5000\n\n')
    const send = (topic: string) => {
      if (topic === wanted) reply.raw.write(`event: update\ndata: ${topic}\n\n`)
    }
    const beat = setInterval(() => reply.raw.write(': \n\n'), 25_000)
    streams.set(send, () => reply.raw.end())
    request.raw.on('close', () => {
      clearInterval(beat)
      streams.delete(send)
    })
  })
  return {
    close: async () => {
      for (const end of streams.values()) end()
      await client.end()
    },
  }
}
