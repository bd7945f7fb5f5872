import { createHmac, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { row } from '../../core/db.ts'
import { notFound, Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import type { Migrations } from '../../core/migrate.ts'
import { operation } from '../../core/operation.ts'

/** Who may post from outside: one key for each client, of which only a keyed hash is kept. */
export const open311Migrations: Migrations = {
  schema: 'open311',
  steps: {
    '001-api-key': `
      create table open311.api_key (
        id uuid primary key,
        key_hash text not null unique check (length(key_hash) = 64),
        name text not null check (length(name) between 1 and 100),
        active boolean not null default true,
        issued_at timestamptz not null
      );
      alter table open311.api_key enable row level security;
      create policy known on open311.api_key for select to takao_app
        using (core.scope() = 'city' or key_hash = any (core.secrets()));
      create policy issue on open311.api_key for insert to takao_app
        with check (core.scope() = 'city');
      grant select, insert on open311.api_key to takao_app;`,
    '002-end': `
      alter table open311.api_key
        add column ended_at timestamptz,
        add column per_minute int not null default 60 check (per_minute > 0);
      create policy finish on open311.api_key for update to takao_app
        using (core.scope() = 'city');
      grant update on open311.api_key to takao_app;`,
  },
}

/** What the database keeps of a key: hex HMAC-SHA-256 under the installation's secret. */
export const keyHash = (secret: Buffer, key: string): string =>
  createHmac('sha256', secret).update(`open311:${key}`).digest('hex')

/** Issues a key to a client. It is shown once; whoever loses it asks for a new one. */
export const issueKey = operation({
  name: 'open311.issue-key',
  title: { zh: '核發 Open311 金鑰', en: 'Issue an Open311 key' },
  permission: 'open311.issue-key',
  input: Type.Object({
    name: Type.String({ minLength: 1, maxLength: 100 }),
    perMinute: Type.Integer({ minimum: 1, maximum: 6000, default: 60, description: 'posts' }),
  }),
  output: Type.Object({ id: Type.String(), key: Type.String() }),
  run: async (ctx, { name, perMinute }) => {
    const id = crypto.randomUUID()
    const key = randomBytes(24).toString('base64url')
    const hash = keyHash(ctx.config.secret, key)
    await sql`insert into open311.api_key (id, key_hash, name, issued_at, per_minute)
      values (${id}, ${hash}, ${name}, ${ctx.now}, ${perMinute})`.execute(ctx.db)
    await record(ctx, { record: id, type: 'open311.key-issued', personal: { name } })
    return { id, key }
  },
})

/** Ends a key: whoever holds it is refused from now on. Refuses one that is unknown or ended. */
export const endKey = operation({
  name: 'open311.end-key',
  title: { zh: '停用 Open311 金鑰', en: 'End an Open311 key' },
  permission: 'open311.issue-key',
  input: Type.Object({ id: Type.String({ maxLength: 40 }) }),
  run: async (ctx, { id }) => {
    const ended = await row(
      ctx.db,
      sql`update open311.api_key set active = false, ended_at = ${ctx.now}
        where id::text = ${id} and active returning id`,
    )
    if (!ended) throw notFound({ zh: '這個金鑰', en: 'this key' })
    await record(ctx, { record: id, type: 'open311.key-ended' })
  },
})

/** A client by its key: its pseudonym for events, and how many posts a minute it may make. */
export type Client = { readonly id: string; readonly perMinute: number }

/**
 * The pseudonym of the client that a key belongs to, for the event. The demo takes the key `demo`.
 * Refuses 403 where the key is missing, unknown or no longer active.
 */
export async function clientOf(ctx: Ctx, key: string | undefined): Promise<Client> {
  if (key === undefined)
    throw new Refused('open311.key-missing', 403, {
      zh: 'api_key：通報需要金鑰，請在表單加上 api_key。',
      en: 'api_key: reporting needs a key; add api_key to the form.',
    })
  if (ctx.config.demo && key === 'demo') return { id: 'open311:demo', perMinute: 600 }
  const hash = keyHash(ctx.config.secret, key)
  const found = await row(
    ctx.db,
    sql<{ id: string; per_minute: number }>`select id, per_minute from open311.api_key
      where key_hash = ${hash} and active`,
  )
  if (found) return { id: `open311:${found.id}`, perMinute: found.per_minute }
  throw new Refused('open311.key-unknown', 403, {
    zh: 'api_key：這個金鑰不存在或已停用。請向市府申請新的金鑰。',
    en: 'api_key: this key is unknown or no longer active. Ask the city for a new one.',
  })
}
