import { type Kysely, sql } from 'kysely'
import { fromKysely } from 'pg-boss'
import type { Static, TSchema } from 'typebox'
import { canonical, sha256 } from './canonical.ts'
import type { Actor, Ctx, Platform } from './context.ts'
import { type RowScope, row, transact } from './db.ts'
import { forbidden, Refused } from './errors.ts'
import type { Locale, Text } from './i18n.ts'
import { check } from './schema.ts'
import { seal, unseal } from './seal.ts'

/**
 * One thing a person can do: checked input, a permission, one transaction, one event. It becomes a
 * route, an OpenAPI entry and a callable; pages, API, jobs, demo and imports all go through it.
 */
export type Operation<I extends TSchema = TSchema, O = unknown> = {
  /** `system.verb`, also the path: POST /api/system/verb (GET when it only reads). */
  readonly name: string
  readonly title: Text
  /**
   * A permission that a system declares, `staff` for an officer and `account` for anyone who is
   * signed in, `public` for anyone.
   */
  readonly permission: string
  /** Changes nothing and writes no event; runs in a read-only transaction. */
  readonly reads?: true
  readonly input: I
  readonly output?: TSchema
  run(ctx: Ctx, input: Static<I>): Promise<O>
}

/** Declares an operation; keeps the input's type for the handler. */
export const operation = <I extends TSchema, O>(o: Operation<I, O>): Operation<I, O> => o

export type Manner = {
  /** The injected clock; the platform's own when absent. */
  readonly now?: Date
  readonly idempotencyKey?: string
  readonly locale?: Locale
}

/**
 * Performs an operation for an actor: checks input and permission, opens one transaction under the
 * actor's row scope, honours the idempotency key, and insists that a change left an event.
 */
export async function perform<I extends TSchema, O>(
  platform: Platform,
  op: Operation<I, O>,
  actor: Actor,
  input: unknown,
  manner: Manner = {},
): Promise<O> {
  const scope = scopeFor(actor, op.permission)
  const checked = check(op.input, input)
  return inTransaction(platform, actor, scope, manner, op.reads === true, async (ctx) => {
    const key = manner.idempotencyKey
    if (key === undefined || op.reads) return runRecorded(ctx, op, checked)
    return once(ctx, op, key, checked, () => runRecorded(ctx, op, checked))
  })
}

/** Runs a read with an actor's rights, for pages that show more than one operation's rows. */
export function read<T>(
  platform: Platform,
  actor: Actor,
  permission: string,
  work: (ctx: Ctx) => Promise<T>,
  manner: Manner = {},
): Promise<T> {
  return inTransaction(platform, actor, scopeFor(actor, permission), manner, true, work)
}

/** The rows an actor may reach under a permission. Refuses 401 or 403 where there is none. */
export function scopeFor(actor: Actor, permission: string): RowScope {
  const base = { person: '', agencies: [], secrets: actor.secrets }
  if (actor.kind === 'system') return { ...base, scope: 'city' }
  const signedIn = actor.kind === 'citizen' || actor.kind === 'staff'
  if (permission === 'account' && signedIn) return { ...base, scope: 'none', person: actor.id }
  if (permission === 'public')
    return { ...base, scope: actor.secrets.length > 0 ? 'holder' : 'none' }
  if (permission === 'staff' && actor.kind === 'staff')
    return { ...base, scope: 'none', person: actor.id }
  const grants = actor.grants.filter((grant) => grant.permission === permission)
  if (grants.length === 0) throw signedIn ? forbidden() : signInFirst()
  if (grants.some((grant) => grant.scope === 'city')) return { ...base, scope: 'city' }
  const wide = grants.filter((grant) => grant.scope !== 'own')
  return {
    scope: wide.length > 0 ? 'agencies' : 'own',
    person: actor.id,
    agencies: [...new Set(wide.flatMap((grant) => grant.agencies))],
    secrets: actor.secrets,
  }
}

/** Whether the actor holds a permission at all; for menus and buttons. */
export const may = (actor: Actor, permission: string): boolean =>
  permission === 'public' ||
  (permission === 'staff' && actor.kind === 'staff') ||
  (permission === 'account' && (actor.kind === 'citizen' || actor.kind === 'staff')) ||
  actor.kind === 'system' ||
  actor.grants.some((grant) => grant.permission === permission)

const signInFirst = () =>
  new Refused('sign-in', 401, { zh: '請先登入。', en: 'Please sign in first.' })

async function inTransaction<T>(
  platform: Platform,
  actor: Actor,
  scope: RowScope,
  manner: Manner,
  reads: boolean,
  work: (ctx: Ctx) => Promise<T>,
): Promise<T> {
  const { app, keyed } = platform.database
  return transact(
    reads ? app : keyed,
    scope,
    (trx) => work(context(platform, trx, actor, manner)),
    reads ? 'read only' : 'read write',
  )
}

function context(platform: Platform, trx: Kysely<unknown>, actor: Actor, manner: Manner): Ctx {
  const { config, city, files, log, boss } = platform
  return {
    db: trx,
    actor,
    now: manner.now ?? platform.now(),
    city,
    locale: manner.locale ?? 'zh',
    files,
    config,
    log,
    recorded: { count: 0 },
    enqueue: async (queue, job) => {
      await boss.send(queue, job, { db: fromKysely(trx) })
    },
  }
}

async function runRecorded<I extends TSchema, O>(
  ctx: Ctx,
  op: Operation<I, O>,
  input: Static<I>,
): Promise<O> {
  const output = await op.run(ctx, input)
  if (!op.reads && ctx.recorded.count === 0)
    throw new Error(`${op.name} changed something without an event`)
  return output
}

/** Answers a repeated key with the first answer; the same key for other input is refused. */
async function once<O>(
  ctx: Ctx,
  op: Operation,
  key: string,
  input: unknown,
  work: () => Promise<O>,
): Promise<O> {
  if (key.length < 16 || key.length > 200) throw badKey()
  const hash = sha256(canonical(input)).toString('hex')
  const taken = await row(
    ctx.db,
    sql`insert into core.idempotency (actor, key, operation, input_hash)
      values (${ctx.actor.id}, ${key}, ${op.name}, ${hash})
      on conflict do nothing returning key`,
  )
  if (!taken) return firstAnswer<O>(ctx, key, op.name, hash)
  const output = await work()
  const sealed = seal(ctx.config.secret, JSON.stringify(output ?? null))
  await sql`update core.idempotency set output = ${JSON.stringify(sealed)}::jsonb
    where actor = ${ctx.actor.id} and key = ${key}`.execute(ctx.db)
  return output
}

async function firstAnswer<O>(ctx: Ctx, key: string, name: string, hash: string): Promise<O> {
  const first = await row(
    ctx.db,
    sql<{ output: string }>`select output from core.idempotency where actor = ${ctx.actor.id}
      and key = ${key} and operation = ${name} and input_hash = ${hash}`,
  )
  if (!first) throw badKey()
  return JSON.parse(unseal(ctx.config.secret, first.output))
}

const badKey = () =>
  new Refused('idempotency-key', 409, {
    zh: '這個 Idempotency-Key 太短（至少 16 個字）,或已用於其他內容。請換一個新的。',
    en: 'This Idempotency-Key is too short (16 characters at least) or was used for other input.',
  })
