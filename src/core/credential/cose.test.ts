import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSignedBy, keyOfPoint, mapOf, pointOf, readSigned, sign1, toCbor } from './cose.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))

// RFC 8392, A.2.3: the public half of the key.
const x = bytes('143329cce7868e416927599cf65a34f3ce2ffda55a7eca69ed8919a394d42f0f')
const y = bytes('60f7f1a780d8a783bfb7a2dd6b2796e8128dbbcef9d3d168db9529971a36e7b9')
// RFC 8392, A.3: a signed CWT.
const signedCwt = bytes(
  [
    'd28443a10126a104524173796d6d657472696345434453413235365850a70175636f61703a2f2f',
    '61732e6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c696768742e6578',
    '616d706c652e636f6d041a5612aeb0051a5610d9f0061a5610d9f007420b7158405427c1ff28d2',
    '3fbad1f29c4c7c6a555e601d6fa29f9179bc3d7438bacaca5acd08c8d4d4f96131680c429a01f8',
    '5951ecee743a52b9b63632c57209120e1c9e30',
  ].join(''),
)
const pair = () =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])

test('the signed CWT of RFC 8392 is read, and its signature holds', async () => {
  const read = readSigned(signedCwt)!
  assert.equal(await isSignedBy((await keyOfPoint({ x, y }))!, read), true)
  const claims = mapOf(read.payload)!
  assert.equal(claims.get(1), 'coap://as.example.com')
  assert.equal(claims.get(4), 1444064944)
  assert.deepEqual(Buffer.from(claims.get(7) as Uint8Array).toString('hex'), '0b71')
})

test('with any one bit of its content or signature changed, it does not', async () => {
  const key = (await keyOfPoint({ x, y }))!
  for (let at = 30; at < signedCwt.length; at += 7) {
    const changed = new Uint8Array(signedCwt)
    changed[at]! ^= 1
    const read = readSigned(changed)
    assert.equal(read !== null && (await isSignedBy(key, read)), false, `byte ${at}`)
  }
})

test('what one signs, only their key confirms', async () => {
  const [mine, other] = [await pair(), await pair()]
  const message = await sign1(mine.privateKey, new Map([[4, bytes('0102')]]), toCbor([1]))
  const read = readSigned(message)!
  assert.deepEqual(read.header.get(4), bytes('0102'))
  assert.equal(await isSignedBy(mine.publicKey, read), true)
  assert.equal(await isSignedBy(other.publicKey, read), false)
})

test('another algorithm, a critical label, a double label and endless lengths are refused', () => {
  const wrong = {
    'alg -8': 'd28443a10127a04100' + '4100',
    'no alg': 'd28441a0a041004100',
    crit: 'd28447a201260281182aa041004100',
    'alg twice': 'd28445a201260126a041004100',
    indefinite: 'd29f43a10126a041004100ff',
    untagged: '8443a10126a041004100',
    'five parts': 'd28543a10126a0410041004100',
    empty: '',
  }
  for (const [name, hex] of Object.entries(wrong)) assert.equal(readSigned(bytes(hex)), null, name)
  assert.notEqual(readSigned(bytes('d28443a10126a041004100')), null)
})

test('a point that is not on the curve is no key', async () => {
  assert.equal(await keyOfPoint({ x, y: x }), null)
  assert.equal(pointOf(new Map([[1, 2]])), null)
})
