import type { FastifyInstance, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { Registry } from 'prom-client'
import type { Actor, Platform } from './context.ts'
import { localeOf } from './http.ts'
import { type Operation, perform } from './operation.ts'
import { fromForm } from './schema.ts'

export type ActorOf = (request: FastifyRequest) => Promise<Actor>

/** Gives every operation its route and its entry in the API description. */
export function mountOperations(
  app: FastifyInstance,
  platform: Platform,
  operations: readonly Operation[],
  actorOf: ActorOf,
): void {
  for (const op of operations) {
    const [system = '', verb = ''] = op.name.split('.')
    app.route({
      method: op.reads ? 'GET' : 'POST',
      url: `/api/${system}/${verb}`,
      schema: describe(op, system),
      handler: async (request) => {
        const given = op.reads ? fromForm(op.input, request.query as object as never) : request.body
        const key = request.headers['idempotency-key']
        return perform(platform, op, await actorOf(request), given, {
          locale: localeOf(request),
          ...(typeof key === 'string' && { idempotencyKey: key }),
        })
      },
    })
  }
}

function describe(op: Operation, system: string) {
  const plain = JSON.parse(JSON.stringify(op.input))
  return {
    operationId: op.name,
    tags: [system],
    summary: `${op.title.zh} ${op.title.en}`,
    // Our own reference shows one language; OpenAPI has a single summary.
    'x-title': op.title,
    description: `permission: ${op.permission}`,
    ...(op.reads ? { querystring: plain } : { body: plain }),
    ...(op.permission !== 'public' && { security: [{ account: [] }] }),
    response: {
      200: op.output ? JSON.parse(JSON.stringify(op.output)) : { description: 'done' },
      '4xx': {
        description: 'RFC 9457 problem',
        type: 'object',
        properties: {
          type: { type: 'string' },
          status: { type: 'integer' },
          detail: { type: 'string' },
        },
      },
    },
  }
}

/** Health, metrics and the API description. */
export function mountService(app: FastifyInstance, platform: Platform, metrics: Registry): void {
  app.get('/healthz', { schema: { hide: true } }, async (_, reply) => {
    try {
      await sql`select 1`.execute(platform.database.app)
      return { status: 'ready' }
    } catch {
      return reply.status(503).send({ status: 'no database' })
    }
  })
  app.get('/metrics', { schema: { hide: true } }, async (_, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  )
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}
