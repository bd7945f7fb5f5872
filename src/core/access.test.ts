import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TSchema } from 'typebox'
import { staffOf, testCity } from '../../test/city.ts'
import { agencyOf, fillCity, holderOf, lamp, messagesTo, secretWords } from '../../test/records.ts'
import { cityRoles, cityStaff } from '../kernel/identity/pack.ts'
import { operations } from '../platform.ts'
import { report } from '../systems/dispatch/operations.ts'
import { type Actor, publicActor } from './context.ts'
import { Refused } from './errors.ts'
import { recordNumber } from './number.ts'
import { type Operation, perform } from './operation.ts'
import { check } from './schema.ts'

const platform = await testCity()
const records = await fillCity(platform)
const another = await perform(platform, report, publicActor, lamp)

/** The case of each kind that nobody here may reach, and the agencies that may. */
const foreign: Readonly<Record<string, { no: string; agency: string }>> = {
  dispatch: {
    no: records.dispatch.no,
    agency: await agencyOf(platform, records.dispatch.no),
  },
  petitions: {
    no: records.petition.no,
    agency: await agencyOf(platform, records.petition.no),
  },
  supervision: { no: records.work.no, agency: await agencyOf(platform, records.work.no) },
  messages: { no: '', agency: 'maintenance-office' },
}
const enquiryAgency = 'civil-affairs'

/** Values for inputs that a schema alone cannot invent. */
const taken = await platform.database.owner.query<{ slot: number }>(
  'select slot from bookings.booking where slot is not null order by no limit 1',
)
const known: Readonly<Record<string, unknown>> = {
  id: records.enquiry,
  // A time that somebody has: a free one of another venue is nobody's record.
  slot: taken.rows[0]?.slot,
  message: (await messagesTo(platform, staffOf(platform, 'crew-maintenance').id))[0],
  date: '2026-03-04',
  openedOn: '2020-07-01',
  period: '109H2',
  beganAt: '2020-07-01T09:00:00+08:00',
  at: '2020-07-01T09:00:00+08:00',
  topic: 'household',
  name: 'exchange-1',
  email: 'someone@example.com',
  login: 'someone',
  fromMinute: 0,
  toMinute: 60,
  phone: '0900-000-000',
  since: '2020-07-01',
  from: '08:00',
  to: '12:00',
}

type Shape = {
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly Shape[]
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly items?: Shape
  readonly minItems?: number
  readonly minLength?: number
  readonly minimum?: number
}

/** The plainest input that a schema takes; `kind` says which case to name. */
function sample(shape: Shape, kind: string, name = ''): unknown {
  if (name === 'case') return foreign[kind]?.no
  if (name in known) return known[name]
  if (shape.const !== undefined) return shape.const
  if (shape.anyOf?.[0]) return sample(shape.anyOf[0], kind)
  if (shape.type === 'object')
    return Object.fromEntries(
      (shape.required ?? []).map((key) => [key, sample(shape.properties?.[key] ?? {}, kind, key)]),
    )
  if (shape.type === 'array')
    return Array.from({ length: shape.minItems ?? 0 }, () => sample(shape.items ?? {}, kind))
  if (shape.type === 'boolean') return true
  if (shape.type === 'string') return 'x'.repeat(shape.minLength ?? 1)
  return shape.minimum ?? 0
}

const sampleOf = (op: Operation) => sample(plain(op.input), op.name.split('.')[0] ?? '')
const plain = (schema: TSchema): Shape => JSON.parse(JSON.stringify(schema)) as Shape
const takesCase = (op: Operation) => plain(op.input).properties?.case !== undefined

/** A member of staff of each role whose reach ends before the agencies of the foreign records. */
function strangers(op: Operation): Actor[] {
  const [kind = ''] = op.name.split('.')
  const agency = foreign[kind]?.agency ?? enquiryAgency
  return Object.keys(cityRoles(platform.city)).map((role) => {
    const found = cityStaff(platform.city)
      .filter((person) => person.role === role)
      .map((person) => staffOf(platform, person.id))
      .find((actor) => !actor.grants.some((grant) => grant.agencies.includes(agency)))
    assert.ok(found, `there is no ${role} outside ${agency} among the staff`)
    return { ...found, name: role }
  })
}

const reachesCity = (actor: Actor, op: Operation) =>
  actor.grants.some(({ permission, scope }) => permission === op.permission && scope === 'city')

/** What became of it: the status of the refusal, or 200 with what was answered. */
async function attempt(op: Operation, actor: Actor): Promise<{ status: number; said: string }> {
  try {
    const output = await perform(platform, op, actor, sampleOf(op))
    return { status: 200, said: JSON.stringify(output) ?? '' }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { status: error.status, said: JSON.stringify({ ...error.text, ...error.fields }) }
  }
}

const numbers = [records.petition.no, records.petition.code, records.dispatch.code]

function leaksNothing(said: string, about: string): void {
  for (const word of secretWords) assert.ok(!said.includes(word), `${about} said: ${said}`)
}

test('every operation is tried with input that its schema takes', () => {
  for (const op of operations) assert.doesNotThrow(() => check(op.input, sampleOf(op)), op.name)
})

/** Anyone may tell the city something, talk under a key that they made up, and show a code. */
const onTheirOwn = [
  'knowledge.missing',
  'citizen-account.show-proofing-code',
  ...['chatbot.say', 'chatbot.choose', 'chatbot.call-person', 'chatbot.back'],
]

/** “Me too” acts on a case that anyone may see; followers.test.ts tries it on others. */
const onForeign = operations.filter(
  ({ name }) => !name.endsWith('.join') && !onTheirOwn.includes(name),
)

for (const op of onForeign) {
  test(`${op.name}: nobody without its permission or scope reaches a foreign record`, async () => {
    for (const actor of strangers(op)) {
      if (reachesCity(actor, op)) continue
      const { status, said } = await attempt(op, actor)
      const about = `${op.name} by ${actor.name}`
      leaksNothing(said, about)
      const granted = actor.grants.some(({ permission }) => permission === op.permission)
      if (!['public', 'staff', 'account'].includes(op.permission) && !granted)
        assert.equal(status, 403, about)
      else if (takesCase(op)) assert.equal(status, 404, about)
      else if (status === 200) assert.ok(op.reads, `${about} changed something: ${said}`)
      if (status === 200)
        for (const no of numbers) assert.ok(!said.includes(no), `${about} said ${said}`)
    }
  })

  test(`${op.name}: someone who is not signed in is asked to, or finds no case`, async () => {
    for (const actor of [publicActor, holderOf(platform, another)]) {
      if (op.permission === 'public' && !takesCase(op)) continue
      const { status, said } = await attempt(op, actor)
      leaksNothing(said, op.name)
      assert.equal(status, op.permission === 'public' ? 404 : 401, `${op.name} by ${actor.kind}`)
    }
  })
}

test('a case that does not exist is refused in the same words as a foreign one', async () => {
  const op = operations.find(({ name }) => name === 'dispatch.note')
  assert.ok(op)
  const [stranger] = strangers(op)
  assert.ok(stranger)
  const refusal = async (no: string) =>
    perform(platform, op, stranger, { case: no, note: '內部備註' }).then(
      () => assert.fail('it was not refused'),
      (error: Refused) => ({ ...error.text, status: error.status }),
    )
  const missing = recordNumber('D', new Date(), 999_999)
  const there = await refusal(records.dispatch.no)
  const gone = await refusal(missing)
  assert.deepEqual(gone, {
    status: there.status,
    zh: there.zh.replace(records.dispatch.no, missing),
    en: there.en.replace(records.dispatch.no, missing),
  })
})
