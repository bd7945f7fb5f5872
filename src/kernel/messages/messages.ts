import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import nodemailer from 'nodemailer'
import { Type } from 'typebox'
import type { Ctx, Platform } from '../../core/context.ts'
import { systemActor } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { notFound } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { type Locale, pick, type Text } from '../../core/i18n.ts'
import type { Job } from '../../core/jobs.ts'
import { announce } from '../../core/live.ts'
import type { Migrations } from '../../core/migrate.ts'
import { operation, perform, read } from '../../core/operation.ts'
import { linesMigration } from './lines.ts'

/** Messages and what became of each: queued, sent, failed after the last try, or read. */
export const messagesMigrations: Migrations = {
  schema: 'messages',
  steps: {
    '001-message': `
      create table messages.message (
        id uuid primary key,
        about uuid,
        link text not null default '',
        channel text not null check (channel in ('email', 'inbox')),
        recipient text not null,
        locale text not null check (locale in ('zh', 'en')),
        subject text not null,
        body text not null,
        state text not null
          check (state in ('queued', 'sent', 'failed', 'no-channel', 'unread', 'read')),
        tries int not null default 0,
        fault text,
        created_at timestamptz not null,
        done_at timestamptz
      );
      create index on messages.message (recipient, created_at desc);
      create index on messages.message (about);
      alter table messages.message enable row level security;
      create policy see on messages.message to takao_app using (
        core.scope() = 'city' or (recipient = core.person() and channel = 'inbox')
        or about::text = current_setting('takao.record', true)) with check (true);
      grant select, insert, update on messages.message to takao_app;`,
    '002-lines': linesMigration,
    '003-secret': 'alter table messages.message add secret boolean not null default false',
  },
}

/**
 * Words in both languages; the reader's is chosen when the message is written. Of a `secret` one,
 * which opens something, neither words nor link are kept once it went out or was given up.
 */
export type Letter = { readonly subject: Text; readonly body: Text; readonly secret?: true }

export type Recipient =
  | { readonly channel: 'email'; readonly address: string; readonly locale: Locale }
  | { readonly channel: 'inbox'; readonly staff: string }

/**
 * Writes a message in the running transaction: it goes out if and only if the step is kept. E-mail
 * waits in the queue; without a mail server it is kept as `no-channel`, so that staff can see it.
 */
export async function notify(
  ctx: Ctx,
  to: Recipient,
  letter: Letter,
  about: { record: string; link: string },
): Promise<string> {
  const id = randomUUID()
  const locale = to.channel === 'email' ? to.locale : 'zh'
  const waiting = ctx.config.SMTP_URL === '' ? 'no-channel' : 'queued'
  const state = to.channel === 'inbox' ? 'unread' : waiting
  await sql`insert into messages.message
      (id, about, link, channel, recipient, locale, subject, body, state, secret,
        created_at)
    values (${id}, ${about.record}, ${about.link}, ${to.channel},
      ${to.channel === 'inbox' ? to.staff : to.address}, ${locale},
      ${pick(letter.subject, locale)}, ${pick(letter.body, locale)}, ${state},
      ${letter.secret ?? false}, ${ctx.now})
  `.execute(ctx.db)
  const data = { about: about.record, channel: to.channel, state }
  await record(ctx, { record: id, type: 'messages.written', data })
  if (state === 'queued') await ctx.enqueue('messages.deliver', { message: id })
  if (to.channel === 'inbox') await announce(ctx, `inbox:${to.staff}`)
  return id
}

type Waiting = {
  recipient: string
  subject: string
  body: string
  link: string
  tries: number
  state: string
}

const outcome = operation({
  name: 'messages.note-outcome',
  title: { zh: '記錄寄送結果', en: 'Note what became of a message' },
  permission: 'messages.deliver',
  input: Type.Object({
    message: Type.String(),
    state: Type.Union([Type.Literal('sent'), Type.Literal('failed'), Type.Literal('queued')]),
    fault: Type.Optional(Type.String()),
  }),
  run: async (ctx, { message, state, fault }) => {
    const isDone = state !== 'queued'
    await sql`update messages.message set state = ${state}, tries = tries + 1,
        fault = ${fault ?? null}, done_at = ${isDone ? ctx.now : null},
        body = case when secret and ${isDone} then '' else body end,
        link = case when secret and ${isDone} then '' else link end
      where id = ${message}`.execute(ctx.db)
    await record(ctx, { record: message, type: `messages.${state}` })
  },
})

const mostTries = 6
const mailer = systemActor('mailer')

/** Sends one e-mail; a failure is noted and tried again with growing pauses, six times in all. */
const deliver = async (platform: Platform, message: string): Promise<void> => {
  const waiting = await read(platform, mailer, 'messages.deliver', (ctx) =>
    row(
      ctx.db,
      sql<Waiting>`select recipient, subject, body, link, tries, state
        from messages.message where id = ${message} and state = 'queued'`,
    ),
  )
  if (!waiting) return
  const transport = nodemailer.createTransport(platform.config.SMTP_URL)
  try {
    await transport.sendMail({
      from: platform.config.MAIL_FROM,
      to: waiting.recipient,
      subject: waiting.subject,
      text: [waiting.body, waiting.link && `${platform.config.origin}${waiting.link}`]
        .filter(Boolean)
        .join('\n\n'),
      // The same id on every try lets the receiving side drop a repeated delivery.
      messageId: `<${message}@${platform.config.MAIL_FROM.split('@')[1] ?? 'city.invalid'}>`,
    })
  } catch (error) {
    const state = waiting.tries + 1 >= mostTries ? 'failed' : 'queued'
    const fault = (error as { responseCode?: number; code?: string }).responseCode ?? 'no answer'
    await perform(platform, outcome, mailer, { message, state, fault: String(fault) })
    if (state === 'queued') throw error
    return
  } finally {
    transport.close()
  }
  await perform(platform, outcome, mailer, { message, state: 'sent' })
}

/**
 * Notes that a letter came back, with its status (RFC 3463). Returns what the letter was about, or
 * null when no such letter was sent or it is known.
 */
export async function noteBounce(
  ctx: Ctx,
  message: string,
  status: string,
): Promise<string | null> {
  const found = await row(
    ctx.db,
    sql<{ about: string | null }>`update messages.message
      set state = 'failed', fault = ${`bounced ${status}`}, done_at = ${ctx.now}
      where id = ${message} and channel = 'email' and fault is distinct from
        ${`bounced ${status}`} returning about`,
  )
  if (!found) return null
  await record(ctx, { record: message, type: 'messages.bounced', data: { status } })
  return found.about
}

/** The job that sends e-mail. */
export const messageJobs: readonly Job[] = [
  {
    queue: 'messages.deliver',
    retries: mostTries - 1,
    retrySeconds: 2,
    run: (platform, job) => deliver(platform, String(job.message)),
  },
]

export type Message = {
  id: string
  subject: string
  body: string
  /** The language that it was written in. */
  locale: Locale
  link: string
  state: string
  created_at: Date
}

/** A member of staff's own messages, newest first. */
export const inbox = operation({
  name: 'messages.inbox',
  title: { zh: '我的訊息', en: 'My messages' },
  permission: 'staff',
  reads: true,
  input: Type.Object({}),
  run: (ctx): Promise<Message[]> =>
    rows(
      ctx.db,
      sql<Message>`select id, subject, body, locale, link, state, created_at from messages.message
        where recipient = ${ctx.actor.id} and channel = 'inbox'
        order by created_at desc limit 100`,
    ),
})

/** Marks one of the own messages as read. Refuses another's like a missing one. */
export const markRead = operation({
  name: 'messages.mark-read',
  title: { zh: '標為已讀', en: 'Mark as read' },
  permission: 'staff',
  input: Type.Object({ message: Type.String() }),
  run: async (ctx, { message }) => {
    const marked = await row(
      ctx.db,
      sql<{ id: string }>`update messages.message set state = 'read', done_at = ${ctx.now}
        where id::text = ${message} and channel = 'inbox' returning id`,
    )
    if (!marked) throw notFound({ zh: '這則訊息', en: 'this message' })
    await record(ctx, { record: marked.id, type: 'messages.read' })
  },
})

export const messageOperations = [inbox, markRead]
export const systemMessageOperations = [outcome]
