import type { FastifyInstance } from 'fastify'
import { type Platform, systemActor } from '../../core/context.ts'
import { Refused } from '../../core/errors.ts'
import { perform } from '../../core/operation.ts'
import { exchangeOf } from './exchanges.ts'
import { alreadyHeard, hearCall } from './hear.ts'

/**
 * `POST /cti/:token` as Zammad's generic CTI has it: form or JSON, one sign of a call each. Answers
 * 200 `{}`, to what was heard before too, 403 to a token that is not known, 422 to what cannot be
 * read.
 */
export function mountCti(app: FastifyInstance, platform: Platform): void {
  app.post<{ Params: { token: string } }>(
    '/cti/:token',
    // The address holds the token, so requests are not logged; failures are, without it.
    { schema: { hide: true }, logLevel: 'error' },
    async (request) => {
      const source = await exchangeOf(platform, request.params.token)
      const sign = signOf((request.body ?? {}) as Given, source)
      try {
        await perform(platform, hearCall, systemActor(`exchange:${source}`), sign)
      } catch (error) {
        if (!(error instanceof Refused && error.code === alreadyHeard)) throw error
      }
      return {}
    },
  )
}

type Given = Readonly<Record<string, unknown>>

/** The sign under our names; PHP's `user[]` and the older `call_id` are known too. */
export function signOf(given: Given, source: string) {
  const people = [given['user[]'] ?? [], given.user ?? []].flat().map(String)
  return {
    source,
    event: given.event,
    callId: text(given.callId ?? given.call_id),
    direction: given.direction,
    from: text(given.from),
    to: text(given.to),
    user: people,
    queue: text(given.queue),
    cause: text(given.cause),
    answeringNumber: text(given.answeringNumber),
  }
}

/** Exchanges send numbers as they like: as text or as a JSON number. */
const text = (value: unknown): unknown => (typeof value === 'number' ? String(value) : value)
