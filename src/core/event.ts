import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import { canonical, sha256 } from './canonical.ts'
import type { Ctx } from './context.ts'
import { type Db, one, rows } from './db.ts'

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [k: string]: Json }

/**
 * What happened to a record. `data` goes into the chain and must hold no personal data; `personal`
 * does not: only its keyed digest does, so that a later change of the text can be shown.
 */
export type NewEvent = {
  readonly record: string
  readonly type: string
  readonly data?: { readonly [key: string]: Json }
  readonly personal?: Json
  readonly agency?: string | null
}

/** One link of a record's chain, as stored. */
export type Event = {
  readonly record: string
  readonly seq: number
  readonly type: string
  readonly at: Date
  readonly actor: string
  readonly agency: string | null
  readonly data: { readonly [key: string]: Json }
  readonly digest: string | null
  readonly prevHash: Buffer | null
  readonly hash: Buffer
}

export type Link = { readonly seq: number; readonly hash: Buffer }

/** Makes the next link of a chain; pure. `prev` is null for a record's first event. */
export function nextLink(
  event: NewEvent,
  prev: Link | null,
  by: { readonly actor: string; readonly at: Date; readonly secret: Buffer },
): Event {
  const link = {
    record: event.record,
    seq: (prev?.seq ?? 0) + 1,
    type: event.type,
    at: by.at,
    actor: by.actor,
    agency: event.agency ?? null,
    data: event.data ?? {},
    digest: event.personal === undefined ? null : digest(event.personal, by.secret),
    prevHash: prev?.hash ?? null,
  }
  return { ...link, hash: hashEvent(link) }
}

/** SHA-256 over the RFC 8785 form of everything in the event, the previous hash included. */
export function hashEvent(event: Omit<Event, 'hash'>): Buffer {
  return sha256(
    canonical({
      record: event.record,
      seq: event.seq,
      type: event.type,
      at: event.at.toISOString(),
      actor: event.actor,
      agency: event.agency,
      data: event.data,
      digest: event.digest,
      prev: event.prevHash?.toString('hex') ?? null,
    }),
  )
}

/** Keyed digest of personal data: hex HMAC-SHA-256, so a phone number cannot be guessed from it. */
export function digest(personal: Json, secret: Buffer): string {
  return createHmac('sha256', secret).update(canonical(personal)).digest('hex')
}

/**
 * Appends an event to its record's chain in the running transaction and returns the link. Two that
 * append to one record wait for each other.
 */
export async function record(ctx: Ctx, event: NewEvent): Promise<Event> {
  const last = await one(
    ctx.db,
    sql<{ seq: number | null; hash: Buffer }>`select * from core.hold_last_link(${event.record})`,
  )
  const prev = last.seq === null ? null : { seq: last.seq, hash: last.hash }
  const link = nextLink(event, prev, stamp(ctx))
  await insertEvents(ctx.db, [link])
  ctx.recorded.count++
  return link
}

/** Appends the first events of many new records at once: imports and the full demo. */
export async function recordMany(ctx: Ctx, events: readonly Event[]): Promise<void> {
  await insertEvents(ctx.db, events)
  ctx.recorded.count += events.length
}

/** Appends one event to each of many records at once; each record may stand in it once. */
export async function recordEach(ctx: Ctx, events: readonly NewEvent[]): Promise<void> {
  const last = await rows(
    ctx.db,
    sql<{ of: string } & Link>`select ids.of, l.seq, l.hash
      from unnest(${events.map((event) => event.record)}::uuid[]) as ids(of),
        lateral core.last_link(ids.of) l where l.seq is not null`,
  )
  const links = new Map(last.map(({ of, seq, hash }) => [of, { seq, hash }]))
  await recordMany(
    ctx,
    events.map((event) => nextLink(event, links.get(event.record) ?? null, stamp(ctx))),
  )
}

/** The stamp of the running operation, for `nextLink`. */
export const stamp = (ctx: Ctx) => ({ actor: ctx.actor.id, at: ctx.now, secret: ctx.config.secret })

async function insertEvents(db: Db, events: readonly Event[]): Promise<void> {
  // A checkpoint takes this lock exclusively, so that no event with a smaller id commits after it.
  await sql`
    with gate as materialized (select pg_advisory_xact_lock_shared(4711))
    insert into core.event
      (record, seq, type, at, actor, agency, data, digest, prev_hash, hash)
    select e.* from gate, unnest(
      ${events.map((e) => e.record)}::uuid[],
      ${events.map((e) => e.seq)}::int[],
      ${events.map((e) => e.type)}::text[],
      ${events.map((e) => e.at)}::timestamptz[],
      ${events.map((e) => e.actor)}::text[],
      ${events.map((e) => e.agency)}::text[],
      ${events.map((e) => JSON.stringify(e.data))}::jsonb[],
      ${events.map((e) => e.digest)}::text[],
      ${events.map((e) => e.prevHash)}::bytea[],
      ${events.map((e) => e.hash)}::bytea[]) as e`.execute(db)
}
