import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Type } from 'typebox'
import { operations } from '../platform.ts'
import { Refused } from './errors.ts'
import type { Text } from './i18n.ts'
import { check, fromForm } from './schema.ts'

/** The refusal of a check, or undefined when it passed; anything else that is thrown is a bug. */
function refusal(work: () => unknown): Refused | undefined {
  try {
    work()
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
}

const isText = ({ zh, en }: Text) => /\p{Script=Han}/u.test(zh) && /[a-z]/i.test(en)

const junk = fc.oneof(fc.anything(), fc.object(), fc.jsonValue())

for (const { name, input } of operations) {
  const fields = Object.keys(
    (JSON.parse(JSON.stringify(input)) as { properties: object }).properties,
  )
  test(`${name} answers any junk with sentences in both languages, and never fails`, () => {
    const almost = fc.dictionary(fc.constantFrom(...fields, 'other'), junk)
    fc.assert(
      fc.property(fc.oneof(junk, almost), (given) => {
        const refused = refusal(() => check(input, given))
        if (!refused) return
        assert.equal(refused.status, 422)
        for (const text of [refused.text, ...Object.values(refused.fields)])
          assert.ok(isText(text), JSON.stringify(text))
      }),
      { numRuns: 60 },
    )
  })
}

const person = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 5 }),
  age: Type.Optional(Type.Integer({ minimum: 0, maximum: 150 })),
  email: Type.Optional(Type.String({ format: 'email' })),
  born: Type.Optional(Type.String({ format: 'date' })),
  colour: Type.Optional(Type.Union([Type.Literal('red'), Type.Literal('blue')])),
  home: Type.Optional(Type.Object({ street: Type.String({ minLength: 2 }) })),
  code: Type.Optional(
    Type.String({ pattern: '^\\d+$', problem: { zh: '只填數字。', en: 'Digits only.' } }),
  ),
})

const fieldsOf = (given: unknown) => refusal(() => check(person, given))?.fields ?? {}

test('each field says what to mend in it', () => {
  const en = (given: object) =>
    Object.fromEntries(
      Object.entries(fieldsOf({ name: 'x', ...given })).map(([key, text]) => [key, text.en]),
    )
  assert.deepEqual(en({ name: '' }), { name: 'Fill in this answer.' })
  assert.deepEqual(en({ name: 'longer' }), { name: 'Shorten to 5 characters.' })
  assert.deepEqual(en({ age: -1 }), { age: 'Give 0 or more.' })
  assert.deepEqual(en({ age: 151 }), { age: 'Give 150 or less.' })
  assert.deepEqual(en({ age: 'old' }), { age: 'Give a number.' })
  assert.deepEqual(en({ born: 'May' }), { born: 'Write the date like 2020-11-27.' })
  assert.deepEqual(en({ colour: 'green' }), { colour: 'Choose one of the options.' })
  assert.deepEqual(en({ code: 'x' }), { code: 'Digits only.' })
  assert.deepEqual(en({ home: { street: 'a' } }), {
    'home.street': 'Write at least 2 characters.',
  })
  assert.match(en({ email: 'me' }).email ?? '', /no e-mail address/)
  assert.deepEqual(Object.keys(fieldsOf({})), ['name'])
})

test('what the schema does not name is dropped, and the input itself is not touched', () => {
  const given = { name: 'x', admin: true }
  assert.deepEqual(check(person, given), { name: 'x' })
  assert.deepEqual(given, { name: 'x', admin: true })
})

test('a form of strings becomes numbers and booleans, and an empty answer none', () => {
  const schema = Type.Object({
    n: Type.Optional(Type.Integer()),
    yes: Type.Optional(Type.Boolean()),
  })
  assert.deepEqual(fromForm(schema, { n: '12', yes: 'true' }), { n: 12, yes: true })
  assert.deepEqual(fromForm(schema, { n: '', yes: undefined }), {})
})

test('telephone numbers and addresses in full-width letters are read as half-width ones', () => {
  const tel = { widget: 'tel', pattern: '^[0-9+()#\\-\\s]{6,30}$' }
  const person = Type.Object({
    phone: Type.String(tel),
    email: Type.Optional(Type.String({ format: 'email', ...{ widget: 'email' } })),
    words: Type.String(),
    other: Type.Optional(Type.Object({ phone: Type.String(tel) })),
  })
  const wide = (text: string) =>
    text.replace(/[!-~]/g, (one) => String.fromCodePoint(one.codePointAt(0)! + 0xfee0))
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9+()#-]{6,20}$/), (phone) => {
      const given = { phone: wide(phone), words: wide(phone), other: { phone: wide(phone) } }
      const read = { phone, words: wide(phone), other: { phone } }
      assert.deepEqual(check(person, given), read)
      assert.deepEqual(fromForm(person, given), read)
    }),
  )
  const email = wide('lin@mail.example')
  assert.equal(
    check(person, { phone: '０７－１２３４５６７', words: '', email }).email,
    'lin@mail.example',
  )
  assert.ok(refusal(() => check(person, { phone: '沒有電話啊啊', words: '' })))
})
