import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { asCitizen } from '../test/accounts.ts'
import { staffOf, testCity } from '../test/city.ts'
import { publicActor } from './core/context.ts'
import { mayListen, topicsOf } from './live-topics.ts'
import { systems } from './systems.ts'

const platform = await testCity()
const topics = topicsOf(systems)
const hears = (login: string, topic: string) => mayListen(topics, staffOf(platform, login), topic)
const idOf = (login: string) => staffOf(platform, login).id

test('an operator hears of the own calls, nobody of those of another', () => {
  assert.ok(hears('operator-1', `calls:${idOf('operator-1')}`))
  assert.ok(!hears('operator-2', `calls:${idOf('operator-1')}`))
  assert.ok(!hears('call-supervisor-1', `calls:${idOf('operator-1')}`))
  // An id alone is not enough: it takes the permission as well.
  assert.ok(!hears('crew-maintenance', `calls:${idOf('crew-maintenance')}`))
})

test('the lines as a whole are for who watches them', () => {
  assert.ok(hears('call-supervisor-1', 'calls'))
  assert.ok(!hears('operator-1', 'calls'))
})

test('everybody hears of the own messages alone', () => {
  assert.ok(hears('crew-maintenance', `inbox:${idOf('crew-maintenance')}`))
  assert.ok(!hears('crew-maintenance', `inbox:${idOf('operator-1')}`))
  assert.ok(!mayListen(topics, publicActor, `inbox:${publicActor.id}`))
})

test('citizens hear of the sign-ins that wait for them, and of nothing of the desks', () => {
  const someone = asCitizen('11111111-1111-4111-8111-111111111111')
  assert.ok(mayListen(topics, someone, `approvals:${someone.id}`))
  assert.ok(!mayListen(topics, someone, `approvals:${idOf('operator-1')}`))
  for (const topic of [...Object.keys(topics), `inbox:${someone.id}`, 'bookings:legal-aid.siwei'])
    assert.ok(!mayListen(topics, someone, topic.replace(':own', ':x').replace('*', 'x')), topic)
})

test('an inbox, the desk of a venue and the chats need what their pages need', () => {
  assert.ok(hears('crew-maintenance', 'cases:dispatch'))
  assert.ok(!hears('crew-maintenance', 'cases:petitions'))
  assert.ok(hears('legal-desk-1', 'bookings:legal-aid.siwei'))
  assert.ok(!hears('crew-maintenance', 'bookings:legal-aid.siwei'))
  assert.ok(!hears('crew-maintenance', 'chats'))
  assert.ok(!hears('crew-maintenance', 'enquiries'))
})

test('a topic that nobody declared is nobody’s, whatever it is called', () => {
  for (const topic of [
    '',
    ':',
    '*',
    'bookings',
    'own',
    'constructor',
    'calls:own',
    'calls:',
    'x:y',
  ])
    assert.ok(!hears('crew-maintenance', topic), topic)
})

test('every topic that a page listens to is declared', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  const heard = files
    .filter((file) => file.endsWith('.tsx'))
    .flatMap((file) =>
      [
        ...readFileSync(`${import.meta.dirname}/${file}`, 'utf8').matchAll(/topic=([\w-]+)(:)?/g),
      ].map(([, name = '', more = '']) => ({ name, more })),
    )
  assert.ok(heard.length > 5)
  for (const { name, more } of heard)
    assert.ok(
      Object.keys(topics).some((declared) =>
        more ? declared.startsWith(`${name}:`) : declared === name,
      ),
      name + more,
    )
})
