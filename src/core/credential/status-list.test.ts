import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { fromLst, packStatuses, readStatusList, statusAt, toLst } from './status-list.ts'

const named = (given: readonly number[]) => given.map((status, index) => ({ index, status }))

test('the examples of the Token Status List hold, at one and at two bits', async () => {
  const examples = [
    [1, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1], [0xb9, 0xa3], 'eNrbuRgAAhcBXQ'],
    [2, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3], [0xc9, 0x44, 0xf9], 'eNo76fITAAPfAgc'],
  ] as const
  for (const [bits, given, bytes, lst] of examples) {
    const packed = packStatuses(given.length, bits, named(given))
    assert.deepEqual([...packed], bytes)
    assert.deepEqual(await fromLst(lst), packed)
    assert.deepEqual(await fromLst(await toLst(packed)), packed)
  }
})

test('each status is read where it was put, and nowhere else', () => {
  const cards = fc.uniqueArray(
    fc.record({ index: fc.nat(4999), status: fc.integer({ min: 0, max: 3 }) }),
    { selector: ({ index }) => index },
  )
  fc.assert(
    fc.property(cards, (given) => {
      const list = { bits: 2, packed: packStatuses(5000, 2, given) }
      const put = new Map(given.map(({ index, status }) => [index, status]))
      for (let index = 0; index < 5000; index++)
        if (statusAt(list, index) !== (put.get(index) ?? 0)) return false
      return statusAt(list, 5000) === null && statusAt(list, -1) === null
    }),
    { numRuns: 50 },
  )
})

test('a list counts only when its issuer signed it, for that address, as a list', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }]
  const uri = 'https://city.example/card/status/0'
  const list = { status_list: { bits: 2, lst: await toLst(new Uint8Array(10)) } }
  const sign = (change: object = {}, head: object = {}) =>
    new SignJWT({ ...list, ...change })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'statuslist+jwt', ...head })
      .setIssuer('https://city.example')
      .setSubject(uri)
      .setIssuedAt(1_600_000_000)
      .setExpirationTime(1_600_086_400)
      .sign(privateKey)
  const read = (token: string, at = uri) => readStatusList(token, at, 'https://city.example', keys)
  const found = await read(await sign())
  assert.equal(found?.packed.length, 10)
  assert.equal(+(found?.expiresAt ?? 0), 1_600_086_400_000)
  assert.equal(await read(await sign(), `${uri}1`), null)
  assert.equal(await read(await sign({}, { typ: 'JWT' })), null)
  assert.equal(await read(await sign({}, { kid: 'k2' })), null)
  assert.equal(await read(await sign({ status_list: { bits: 3, lst: 'eNo' } })), null)
  const [head, body, signature] = (await sign()).split('.')
  const other = Buffer.from(body!, 'base64url').toString().replace('1600086400', '9600086400')
  const forged = [head, Buffer.from(other).toString('base64url'), signature].join('.')
  assert.equal(await read(forged), null)
})
