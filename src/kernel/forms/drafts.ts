import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Platform } from '../../core/context.ts'
import { row, transact } from '../../core/db.ts'
import type { Job } from '../../core/jobs.ts'
import type { Migrations } from '../../core/migrate.ts'

/**
 * Half-written forms, one row each, found only by a random key that lives in the person's cookie.
 * They are no records of the city: no event, gone after a week or when sent.
 */
export const formsMigrations: Migrations = {
  schema: 'forms',
  steps: {
    '001-draft': `
      create table forms.draft (
        key_hash bytea primary key,
        form text not null,
        answers jsonb not null,
        changed_at timestamptz not null
      );
      create index on forms.draft (changed_at);
      alter table forms.draft enable row level security;
      create policy holder on forms.draft to takao_app
        using (encode(key_hash, 'hex') = any (core.secrets()))
        with check (encode(key_hash, 'hex') = any (core.secrets()));
      grant select, insert, update, delete on forms.draft to takao_app;`,
  },
}

export type Answers = Readonly<Record<string, string | readonly string[]>>

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest()

/** A new key for a draft: 128 random bits, base64url. */
export const draftKey = (): string => randomBytes(16).toString('base64url')

const scopeOf = (key: string) =>
  ({
    scope: 'holder',
    person: '',
    agencies: [],
    secrets: [hashOf(key).toString('hex')],
  }) as const

/** The answers so far; empty when the key is unknown or the draft has gone. */
export async function readDraft(platform: Platform, form: string, key: string): Promise<Answers> {
  const found = await transact(platform.database.app, scopeOf(key), (db) =>
    row(
      db,
      sql<{ answers: Answers }>`select answers from forms.draft
        where key_hash = ${hashOf(key)} and form = ${form}`,
    ),
  )
  return found?.answers ?? {}
}

/** Keeps answers over those that are there; a name given as empty text is emptied. */
export async function saveDraft(
  platform: Platform,
  form: string,
  key: string,
  answers: Answers,
): Promise<void> {
  await transact(platform.database.app, scopeOf(key), (db) =>
    sql`insert into forms.draft (key_hash, form, answers, changed_at)
      values (${hashOf(key)}, ${form}, ${JSON.stringify(answers)}::jsonb, ${platform.now()})
      on conflict (key_hash) do update
        set answers = draft.answers || excluded.answers, changed_at = excluded.changed_at
      `.execute(db),
  )
}

/** Forgets a draft, after it was sent. */
export async function dropDraft(platform: Platform, key: string): Promise<void> {
  await transact(platform.database.app, scopeOf(key), (db) =>
    sql`delete from forms.draft where key_hash = ${hashOf(key)}`.execute(db),
  )
}

/** Drafts nobody touched for a week are forgotten every night. */
export const formsJobs: readonly Job[] = [
  {
    queue: 'forms.sweep',
    cron: '41 3 * * *',
    run: async (platform) => {
      await platform.database.owner.query(
        `delete from forms.draft where changed_at < now() - interval '7 days'`,
      )
    },
  },
]
