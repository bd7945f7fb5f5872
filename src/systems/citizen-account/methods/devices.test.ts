import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import { asCitizen, citizenOf } from '../../../../test/accounts.ts'
import { testCity } from '../../../../test/city.ts'
import { systemActor } from '../../../core/context.ts'
import { perform } from '../../../core/operation.ts'
import type { DeviceWaiting } from '../../../kernel/identity/methods/device.ts'
import { prove } from '../../../kernel/identity/prove.ts'
import { identityJobs } from '../../../kernel/identity/sessions.ts'
import { addDevice, answerApproval, enrolmentText, listApprovals } from './devices.ts'
import { endWay, listWays } from './operations.ts'
import { sealPending } from './pending.ts'

const platform = await testCity()
const start = new Date('2026-05-04T09:00:00+08:00')
const later = (seconds: number) => new Date(+start + seconds * 1000)
let attempts = 0

/** A phone, in software: the key that its browser would hold. */
function phone() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return { key: { x, y }, signs: (text: string) => signed(privateKey, text) }
}

const signed = (key: KeyObject, text: string) =>
  sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')

async function registered(email: string) {
  const { id } = await citizenOf(platform, email, 'a long pass phrase')
  const mine = phone()
  const pending = sealPending(platform.config, 'device', id, 'challenge', start)
  const given = { pending, key: mine.key, label: '我的手機' }
  const signature = mine.signs(enrolmentText('challenge'))
  await perform(
    platform,
    addDevice,
    asCitizen(id, 1, start),
    { ...given, signature },
    { now: start },
  )
  return { id, ...mine }
}

const asks = (account: string, now: Date, attempt = `push-${attempts++}`, again = '') =>
  perform(
    platform,
    prove,
    systemActor('test'),
    {
      ...{ attempt, account, method: 'device' },
      given: { fields: { again }, device: 'd', address: '127.0.0.1', agent: 'a browser' },
    },
    { now },
  )

/** Asks; answers what the page that waits would show. */
async function asked(account: string, now = start) {
  const attempt = `push-${attempts++}`
  const outcome = await asks(account, now, attempt)
  assert.ok('waiting' in outcome, JSON.stringify(outcome))
  return { attempt, ...(outcome.waiting as DeviceWaiting) }
}

type Phone = ReturnType<typeof phone>

/** Presses a number on the phone. */
async function presses(id: string, by: Phone, approval: string, number: number, now = start) {
  const found = await perform(platform, listApprovals, asCitizen(id), {}, { now })
  const one = found.find((each) => each.id === approval)
  const text = `takao-approval\n${approval}\n${one?.challenge}\n${number}`
  const approve = { number, key: by.key, signature: by.signs(text) }
  return perform(platform, answerApproval, asCitizen(id), { id: approval, approve }, { now })
}

test('the right number on the phone counts once, for its own attempt alone', async () => {
  const mine = await registered('push@example.org')
  const { attempt, id, number } = await asked(mine.id)
  const other = await asked(mine.id)
  assert.deepEqual(await asks(mine.id, start, attempt), {
    waiting: { id, number, until: +later(120) },
  })
  assert.equal(await presses(mine.id, mine, id, number), 'approved')
  assert.ok('waiting' in (await asks(mine.id, start, other.attempt)))
  const outcome = await asks(mine.id, later(5), attempt)
  assert.ok('credential' in outcome)
  assert.deepEqual(outcome.facts, { verified: false })
  // A second time there is nothing to take: it asks anew.
  assert.ok('waiting' in (await asks(mine.id, later(6), attempt)))
})

test('the phone shows three numbers and never learns which is right', async () => {
  const mine = await registered('push-three@example.org')
  const { id, number } = await asked(mine.id)
  const [one] = await perform(platform, listApprovals, asCitizen(mine.id), {}, { now: start })
  assert.equal(one!.id, id)
  assert.equal(new Set(one!.choices).size, 3)
  assert.ok(one!.choices.includes(number))
  assert.ok(!('number' in one!))
})

test('another number or a denial ends a request; three rest the phones for an hour', async () => {
  const mine = await registered('push-deny@example.org')
  const first = await asked(mine.id)
  const wrong = first.number === 10 ? 11 : 10
  assert.equal(await presses(mine.id, mine, first.id, wrong), 'denied')
  assert.ok('refused' in (await asks(mine.id, start, first.attempt)))
  await assert.rejects(presses(mine.id, mine, first.id, first.number))
  for (let n = 0; n < 2; n++) {
    const { id } = await asked(mine.id)
    await perform(platform, answerApproval, asCitizen(mine.id), { id }, { now: start })
  }
  assert.ok('refused' in (await asks(mine.id, later(60))))
  assert.ok('waiting' in (await asks(mine.id, later(3700))))
})

test('nobody approves without the registered key and its signature over this request', async () => {
  const mine = await registered('push-key@example.org')
  const theirs = await registered('push-key-2@example.org')
  const { id, number, attempt } = await asked(mine.id)
  const refused = { code: 'account.not-this-phone' }
  // An unregistered key, another person's key, and another person's session with their own.
  await assert.rejects(presses(mine.id, phone(), id, number), refused)
  await assert.rejects(presses(mine.id, { ...theirs }, id, number), refused)
  await assert.rejects(presses(theirs.id, theirs, id, number), { code: 'account.approval-over' })
  const approve = {
    number,
    key: mine.key,
    signature: mine.signs(`takao-approval\n${id}\n\n${number}`),
  }
  await assert.rejects(
    perform(platform, answerApproval, asCitizen(mine.id), { id, approve }, { now: start }),
    refused,
  )
  assert.ok('waiting' in (await asks(mine.id, start, attempt)))
})

test('after two minutes it is over, on the phone and on the page', async () => {
  const mine = await registered('push-late@example.org')
  const { id, number, attempt } = await asked(mine.id)
  await assert.rejects(presses(mine.id, mine, id, number, later(121)))
  assert.ok('refused' in (await asks(mine.id, later(121), attempt)))
  const second = await asked(mine.id, later(130))
  await presses(mine.id, mine, second.id, second.number, later(131))
  assert.ok('refused' in (await asks(mine.id, later(260), second.attempt)))
})

test('three requests are open at most, even when many ask at once, ten in an hour', async () => {
  const mine = await registered('push-many@example.org')
  const all = await Promise.all(Array.from({ length: 6 }, () => asks(mine.id, start)))
  assert.equal(all.filter((outcome) => 'waiting' in outcome).length, 3)
  let sent = 3
  for (let n = 1; n < 15; n++) if ('waiting' in (await asks(mine.id, later(n * 130)))) sent++
  assert.equal(sent, 10)
})

test('a phone that was removed meanwhile approves nothing', async () => {
  const mine = await registered('push-gone@example.org')
  const { id, number, attempt } = await asked(mine.id)
  await presses(mine.id, mine, id, number)
  const ways = await perform(platform, listWays, asCitizen(mine.id), {})
  const way = ways.find(({ method }) => method === 'device')!
  const owner = asCitizen(mine.id, 2, start)
  await perform(platform, endWay, owner, { id: way.id }, { now: start })
  assert.ok('refused' in (await asks(mine.id, later(5), attempt)))
})

test('a phone is registered by its own signature, for its own account, once', async () => {
  const mine = await registered('push-enrol@example.org')
  const other = await citizenOf(platform, 'push-enrol-2@example.org', 'a long pass phrase')
  const add = (id: string, key: object, signature: string, whose = id) => {
    const pending = sealPending(platform.config, 'device', whose, 'c', start)
    const given = { pending, key, signature, label: '' }
    return perform(platform, addDevice, asCitizen(id, 2, start), given, { now: start })
  }
  const text = enrolmentText('c')
  const fresh = phone()
  await assert.rejects(add(other.id, fresh.key, phone().signs(text)), { code: 'invalid' })
  await assert.rejects(add(other.id, fresh.key, fresh.signs(text), mine.id))
  await assert.rejects(add(mine.id, mine.key, mine.signs(text)), { code: 'invalid' })
  await add(other.id, fresh.key, fresh.signs(text))
})

test('a day later nothing is left of who asked from where', async () => {
  const mine = await registered('push-swept@example.org')
  await asked(mine.id)
  const left = async () => {
    const { owner } = platform.database
    const { rows } = await owner.query('select 1 from identity.approval where account = $1', [
      mine.id,
    ])
    return rows.length
  }
  const sweep = identityJobs.find(({ queue }) => queue === 'identity.sweep')!
  await sweep.run({ ...platform, now: () => later(3600) }, {})
  assert.equal(await left(), 1)
  await sweep.run({ ...platform, now: () => later(26 * 3600) }, {})
  assert.equal(await left(), 0)
})
