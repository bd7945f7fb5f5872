import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import sharp from 'sharp'
import { staffOf, testCity } from '../../../../test/city.ts'
import { hasDovecot, imapServer } from '../../../../test/imap.ts'
import { everything } from '../../../../test/records.ts'
import { publicActor } from '../../../core/context.ts'
import { one, rows, transact } from '../../../core/db.ts'
import { perform } from '../../../core/operation.ts'
import { petition } from '../../../systems/petitions/operations.ts'
import { petitionCase } from '../../../systems/petitions/petitions.ts'
import { stepOf } from '../operations.ts'
import { ownWords, parseMail } from './parse.ts'
import { pollMailbox, takeRaw } from './poll.ts'

const platform = await testCity({ SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'hall@city.example' })
const types = [petitionCase]
const officer = staffOf(platform, 'officer-transport')
const raw = (text: string) => new TextEncoder().encode(text.replaceAll(/\r?\n/g, '\r\n'))

/** A petition in hand, and the letter that its person got. */
async function written(email: string) {
  const words = { subject: '公車誤點的事', body: '等了一個小時', name: '王小明', email }
  const { no, id } = await perform(platform, petition, publicActor, { item: 'transport', ...words })
  const accept = { case: no, assignee: officer.id }
  await perform(platform, stepOf(petitionCase, 'accept'), officer, accept)
  const { letter } = await transact(platform.database.app, everything, (db) =>
    one(
      db,
      sql<{ letter: string }>`select id as letter from messages.message
        where about = ${id} and channel = 'email' order by created_at limit 1`,
    ),
  )
  return { no, id, letter }
}

const stateOf = (id: string) =>
  transact(platform.database.app, everything, (db) =>
    one(
      db,
      sql<{ state: string; lines: number; files: number; last: string }>`select c.state,
        (select count(*)::int from cases.interaction i where i.case_id = c.id) as lines,
        (select count(*)::int from cases.attachment a where a.case_id = c.id) as files,
        (select type from core.event e where e.record = c.id order by seq desc limit 1) as last
        from cases.case c where c.id = ${id}`,
    ),
  )

const answer = (from: string, letter: string, text: string) => `From: 王 <${from}>
To: hall@city.example
Subject: Re: something
Message-ID: <${Math.random()}@mail.example>
In-Reply-To: <${letter}@city.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

${text}
`

test('an answer joins the case of the letter, once, and only from its own address', async () => {
  const { id, letter } = await written('a@example.com')
  const mail = raw(answer('A@example.com', letter, '站牌是第三個。'))
  assert.equal(await takeRaw(platform, types, mail), 'joined')
  assert.equal(await takeRaw(platform, types, mail), 'ignored')
  const { lines, last } = await stateOf(id)
  assert.deepEqual([lines, last], [1, 'petitions.mailed'])
  const stranger = raw(answer('other@example.com', letter, '讓我看看。'))
  assert.equal(await takeRaw(platform, types, stranger), 'unfiled')
  assert.equal((await stateOf(id)).lines, 1)
})

test('an answer is the completion that was asked for, and the clock runs on', async () => {
  const { no, id, letter } = await written('b@example.com')
  const ask = { case: no, statement: '請補充發生的時間。' }
  await perform(platform, stepOf(petitionCase, 'ask-completion'), officer, ask)
  assert.equal((await stateOf(id)).state, 'awaiting')
  const text = '昨天晚上九點。\n\n2026年 王 寫道：\n> 請補充'
  assert.equal(await takeRaw(platform, types, raw(answer('b@example.com', letter, text))), 'joined')
  assert.equal((await stateOf(id)).state, 'in-hand')
})

test('a number in the subject joins the sender’s own case, with its picture', async () => {
  const { no, id } = await written('c@example.com')
  const png = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#456' } })
    .png()
    .toBuffer()
  const message = (from: string) => `From: ${from}
Subject: ${no}
Message-ID: <${from}@mail.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

請看照片
--b
Content-Type: image/png
Content-Transfer-Encoding: base64

${png.toString('base64')}
--b--
`
  assert.equal(await takeRaw(platform, types, raw(message('x@example.com'))), 'unfiled')
  assert.equal(await takeRaw(platform, types, raw(message('c@example.com'))), 'joined')
  assert.equal((await stateOf(id)).files, 1)
})

const bounce = (letter: string, status: string) => `From: MAILER-DAEMON@mail.example
Subject: Undelivered
Message-ID: <${Math.random()}@mail.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; d@example.com
Action: failed
Status: ${status}
--b
Content-Type: text/rfc822-headers

Message-ID: <${letter}@city.example>
Subject: something
--b--
`

test('a bounce marks the letter, tells the case once; a delay does not', async () => {
  const { id, letter } = await written('d@example.com')
  assert.equal(await takeRaw(platform, types, raw(bounce(letter, '4.2.2'))), 'ignored')
  assert.equal(await takeRaw(platform, types, raw(bounce(letter, '5.1.1'))), 'bounce')
  assert.equal(await takeRaw(platform, types, raw(bounce(letter, '5.1.1'))), 'ignored')
  assert.equal((await stateOf(id)).last, 'petitions.bounced')
  const [told] = await transact(platform.database.app, everything, (db) =>
    rows(db, sql<{ fault: string }>`select fault from messages.message where id = ${letter}`),
  )
  assert.equal(told?.fault, 'bounced 5.1.1')
})

test('an absence note is not answered and joins nothing', async () => {
  const { id, letter } = await written('e@example.com')
  const note = answer('e@example.com', letter, '我不在。').replace(
    'MIME-Version',
    'Auto-Submitted: auto-replied\nMIME-Version',
  )
  assert.equal(await takeRaw(platform, types, raw(note)), 'ignored')
  assert.equal((await stateOf(id)).lines, 0)
})

test('whatever arrives is read without a fault', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (content) => {
      const mail = await parseMail(content)
      assert.equal(typeof mail.text, 'string')
      assert.ok(mail.id.length > 0)
    }),
  )
})

test('the words above a quotation are the sender’s own', () => {
  assert.equal(ownWords('好的\n\nOn Mon, 1 Jan 2026, hall wrote:\n> before'), '好的')
  assert.equal(ownWords('> only a quotation'), '> only a quotation')
})

test('a real IMAP server: new letters are taken once and marked as seen', {
  skip: hasDovecot ? false : 'dovecot is not installed; CI installs it',
}, async () => {
  const { url, deliver } = await imapServer()
  const { id, letter } = await written('f@example.com')
  deliver(answer('f@example.com', letter, '再補充一點。'))
  deliver(answer('nobody@example.com', 'none', '市長您好，我想反映一件事。'))
  const city = { ...platform, config: { ...platform.config, IMAP_URL: url } }
  assert.equal(await pollMailbox(city, types), 2)
  assert.equal(await pollMailbox(city, types), 0)
  assert.equal((await stateOf(id)).lines, 1)
})
