import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { SMTPServer } from 'smtp-server'
import { Type } from 'typebox'
import { staffOf, testCity } from '../../../test/city.ts'
import { everything, lamp } from '../../../test/records.ts'
import { type Platform, publicActor, systemActor } from '../../core/context.ts'
import { one, rows, transact } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { openBoss, startWorkers } from '../../core/jobs.ts'
import { operation, perform } from '../../core/operation.ts'
import { dispatchCase } from '../../systems/dispatch/dispatch.ts'
import { report } from '../../systems/dispatch/operations.ts'
import { stepOf } from '../cases/operations.ts'
import { inbox, type Letter, messageJobs, messageOperations, notify } from './messages.ts'

type Mail = { readonly to: string; readonly text: string }

/** A mail server on loopback that answers the nth try for an address as `answer` says. */
async function mailServer(answer: (to: string, tries: number) => number) {
  const mails: Mail[] = []
  const tries = new Map<string, number>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _, done) => {
      const n = (tries.get(address) ?? 0) + 1
      tries.set(address, n)
      const code = answer(address, n)
      done(code === 250 ? null : Object.assign(new Error('not now'), { responseCode: code }))
    },
    onData: (stream, session, done) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join()
        mails.push({ to, text: Buffer.concat(parts).toString() })
        done()
      })
    },
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  after(() => new Promise<void>((closed) => server.close(() => closed())))
  const { port } = server.server.address() as AddressInfo
  return { url: `smtp://127.0.0.1:${port}`, mails, tries }
}

const mail = await mailServer((to, tries) => {
  if (to.startsWith('busy')) return tries === 1 ? 451 : 250
  return to.startsWith('gone') ? 550 : 250
})
const platform = await withWorkers(await testCity({ SMTP_URL: mail.url }))

/** Starts the workers as the server does, with pauses as short as the queue allows. */
async function withWorkers(quiet: Platform): Promise<Platform> {
  const boss = await openBoss(quiet.database, true)
  const busy = { ...quiet, boss }
  await startWorkers(
    busy,
    messageJobs.map((job) => ({ ...job, retrySeconds: 0.5 })),
  )
  await boss.updateQueue('messages.deliver', { retryDelay: 0, retryBackoff: false })
  after(() => boss.stop({ graceful: false }))
  return busy
}

type Kept = { state: string; tries: number; fault: string | null; events: string[] }

const messageTo = (address: string): Promise<Kept> =>
  transact(platform.database.app, everything, (db) =>
    one(
      db,
      sql<Kept>`select state, tries, fault,
          array(select type from core.event where record = m.id order by seq) as events
        from messages.message m where recipient = ${address}`,
    ),
  )

async function settled(address: string): Promise<Kept> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    const kept = await messageTo(address)
    if (kept.state !== 'queued') return kept
    await new Promise((wait) => setTimeout(wait, 50))
  }
  return messageTo(address)
}

const reportAs = (email: string, city = platform) =>
  perform(city, report, publicActor, { ...lamp, email })

const received = (address: string) => mail.mails.filter(({ to }) => to === address)

test('a report with an address is confirmed by e-mail, with its number and code', async () => {
  const { no, code } = await reportAs('fine@example.com')
  const kept = await settled('fine@example.com')
  assert.deepEqual(kept, {
    ...{ state: 'sent', tries: 1, fault: null },
    events: ['messages.written', 'messages.sent'],
  })
  const [letter] = received('fine@example.com')
  const body = Buffer.from(letter?.text.split('\r\n\r\n').slice(1).join() ?? '', 'base64')
  const words = `${letter?.text}${body.toString()}`
  assert.ok(words.includes(no) && words.includes(code), words)
})

test('a server that is busy is tried again, and the letter arrives once', async () => {
  await reportAs('busy@example.com')
  const kept = await settled('busy@example.com')
  assert.equal(kept.state, 'sent')
  assert.equal(kept.tries, 2)
  assert.deepEqual(kept.events, ['messages.written', 'messages.queued', 'messages.sent'])
  assert.equal(received('busy@example.com').length, 1)
})

test('an address that is refused for good ends as failed after the last try', async () => {
  await reportAs('gone@example.com')
  const kept = await settled('gone@example.com')
  assert.equal(kept.state, 'failed')
  assert.equal(kept.fault, '550')
  assert.equal(kept.tries, 6)
  assert.equal(mail.tries.get('gone@example.com'), 6)
  assert.equal(received('gone@example.com').length, 0)
})

test('a letter that was sent is not sent again when its job comes twice', async () => {
  await reportAs('twice@example.com')
  await settled('twice@example.com')
  const { id } = await transact(platform.database.app, everything, (db) =>
    one(
      db,
      sql<{ id: string }>`select id from messages.message where recipient = 'twice@example.com'`,
    ),
  )
  await messageJobs[0]!.run(platform, { message: id })
  assert.equal(received('twice@example.com').length, 1)
})

test('a report that is refused sends nothing', async () => {
  const bad = { ...lamp, email: 'never@example.com', lat: 25.04, lon: 121.5 }
  await assert.rejects(perform(platform, report, publicActor, bad), Refused)
  const found = await transact(platform.database.app, everything, (db) =>
    rows(db, sql`select from messages.message where recipient = 'never@example.com'`),
  )
  assert.equal(found.length, 0)
})

test('without a mail server the letter is kept as one that has no channel', async () => {
  const quiet = { ...platform, config: { ...platform.config, SMTP_URL: '' } }
  await reportAs('nowhere@example.com', quiet)
  const kept = await messageTo('nowhere@example.com')
  assert.deepEqual(kept, {
    ...{ state: 'no-channel', tries: 0, fault: null },
    events: ['messages.written'],
  })
})

test("neither the reporter's name nor the address is in any event", async () => {
  await reportAs('fine2@example.com')
  const found = await transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql`select type from core.event e
        where e::text like '%example.com%' or e::text like ${`%${lamp.name}%`}`,
    ),
  )
  assert.deepEqual(found, [])
})

test('whom a case is assigned to finds it among the messages, and nobody else does', async () => {
  const { no } = await reportAs('assigned@example.com')
  const crew = staffOf(platform, 'crew-maintenance')
  const assign = { case: no, assignee: crew.id }
  const officer = staffOf(platform, 'officer-maintenance')
  await perform(platform, stepOf(dispatchCase, 'assign'), officer, assign)
  const [message] = await perform(platform, inbox, crew, {})
  assert.equal(message?.subject, `分派給您：${no}`)
  assert.deepEqual(await perform(platform, inbox, officer, {}), [])
  const markRead = messageOperations[1] as typeof inbox
  await assert.rejects(
    perform(platform, markRead, officer, { message: message?.id }),
    (error) => error instanceof Refused && error.status === 404,
  )
  await perform(platform, markRead, crew, { message: message?.id })
  const [read] = await perform(platform, inbox, crew, {})
  assert.equal(read?.state, 'read')
})

test('nothing of a letter that opens something is kept once it is out', async () => {
  const kept = (address: string) =>
    transact(platform.database.app, everything, (db) =>
      one(
        db,
        sql<{ subject: string; body: string; link: string }>`select subject, body, link
          from messages.message where recipient = ${address}`,
      ),
    )
  const ask = (address: string, letter: Letter) =>
    perform(platform, writing, systemActor('test'), { address, letter })
  const words = { zh: '代碼 123456', en: 'Code 123456' }
  const subject = { zh: '代碼', en: 'Code' }
  for (const address of ['code@example.org', 'gone-code@example.org'])
    await ask(address, { subject, body: words, secret: true })
  await ask('plain@example.org', { subject, body: words })
  for (const address of ['code@example.org', 'gone-code@example.org', 'plain@example.org'])
    await settled(address)
  assert.match(mail.mails.find(({ to }) => to === 'code@example.org')!.text, /open-this/)
  const empty = { subject: '代碼', body: '', link: '' }
  assert.deepEqual(await kept('code@example.org'), empty)
  assert.deepEqual(await kept('gone-code@example.org'), empty)
  assert.equal((await kept('plain@example.org')).body, '代碼 123456')
})

const writing = operation({
  name: 'test.write',
  title: { zh: '寫信', en: 'Write' },
  permission: 'public',
  input: Type.Object({ address: Type.String(), letter: Type.Unknown() }),
  run: async (ctx, { address, letter }) => {
    const to = { channel: 'email', address, locale: 'zh' } as const
    await notify(ctx, to, letter as Letter, { record: randomUUID(), link: '/open-this' })
  },
})
