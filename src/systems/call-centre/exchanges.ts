import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { type Platform, publicActor } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { notFound, Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { operation, read } from '../../core/operation.ts'

/** What the database keeps of an exchange's token: hex HMAC-SHA-256 under the secret. */
export const tokenHash = (secret: Buffer, token: string): string =>
  createHmac('sha256', secret).update(`cti:${token}`).digest('hex')

/**
 * Lets an exchange tell of its calls. The token is shown once. `name` is also the source of its
 * calls: a later import of its call records under the same name knows those that were told live.
 */
export const issueExchange = operation({
  name: 'call-centre.issue-exchange',
  title: { zh: '連接交換機', en: 'Connect an exchange' },
  permission: 'call-centre.connect',
  input: Type.Object({
    name: Type.String({
      minLength: 2,
      pattern: '^[a-z0-9-]{2,40}$',
      description: 'small letters, digits and hyphens',
    }),
  }),
  output: Type.Object({ id: Type.String(), token: Type.String() }),
  run: async (ctx, { name }) => {
    const id = randomUUID()
    const token = randomBytes(24).toString('base64url')
    await sql`insert into call_centre.exchange (id, name, token_hash, issued_at)
      values (${id}, ${name}, ${tokenHash(ctx.config.secret, token)}, ${ctx.now})`.execute(ctx.db)
    await record(ctx, { record: id, type: 'call-centre.exchange-issued', data: { name } })
    return { id, token }
  },
})

/** Ends a token: whoever holds it is refused from now on. Refuses one unknown or ended. */
export const endExchange = operation({
  name: 'call-centre.end-exchange',
  title: { zh: '停用交換機', en: 'Disconnect an exchange' },
  permission: 'call-centre.connect',
  input: Type.Object({ id: Type.String({ maxLength: 40 }) }),
  run: async (ctx, { id }) => {
    const ended = await row(
      ctx.db,
      sql<{ name: string }>`update call_centre.exchange set ended_at = ${ctx.now}
        where id::text = ${id} and ended_at is null returning name`,
    )
    if (!ended) throw notFound({ zh: '這個交換機', en: 'this exchange' })
    await record(ctx, { record: id, type: 'call-centre.exchange-ended', data: ended })
  },
})

export type ExchangeRow = { id: string; name: string; issued_at: Date; ended_at: Date | null }

/** The exchanges that were ever connected, newest first; never their tokens. */
export const listExchanges = operation({
  name: 'call-centre.exchanges',
  title: { zh: '交換機', en: 'Exchanges' },
  permission: 'call-centre.connect',
  reads: true,
  input: Type.Object({}),
  run: (ctx) =>
    rows(
      ctx.db,
      sql<ExchangeRow>`select id, name, issued_at, ended_at from call_centre.exchange
        order by issued_at desc limit 100`,
    ),
})

/**
 * The name of the exchange that a token belongs to. The demo takes the token `demo`. Refuses 403
 * where it is unknown or ended.
 */
export async function exchangeOf(platform: Platform, token: string): Promise<string> {
  if (platform.config.demo && token === 'demo') return 'demo-exchange'
  const hash = tokenHash(platform.config.secret, token)
  const holder = { ...publicActor, kind: 'holder' as const, secrets: [hash] }
  const found = await read(platform, holder, 'public', (ctx) =>
    row(
      ctx.db,
      sql<{ name: string }>`select name from call_centre.exchange
        where token_hash = ${hash} and ended_at is null`,
    ),
  )
  if (found) return found.name
  throw new Refused('call-centre.token', 403, {
    zh: '這個網址的代碼不存在或已停用。請向市府申請新的。',
    en: 'The token in this address is unknown or ended. Ask the city for a new one.',
  })
}
