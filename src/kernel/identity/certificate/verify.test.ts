import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { openAuthority, sign, testPolicy } from '../../../../test/ca.ts'
import { Refused } from '../../../core/errors.ts'
import { certificatesOf } from './der.ts'
import type { Trust } from './trust.ts'
import { verifySigned } from './verify.ts'

const authority = await openAuthority()
const stranger = await openAuthority()
after(() => [authority, stranger].map(({ close }) => close()))

const roots = certificatesOf(await authority.pem('root.pem'))
const trust: Trust = { roots, between: [], policies: [testPolicy], answers: [] }
// Certificates are made while this runs: a time after all of it.
const now = new Date(Date.now() + 3_600_000)
const text = 'https://city.example sign-in mFz9'
const content = Buffer.from(text)
const rsa = await authority.issue()
const ec = await authority.issue({ key: 'ec', name: '陳美麗', subject: '0000000187654321' })
const good = await sign(authority, text, [rsa])

const verify = (der: Uint8Array, at = now, given = trust) => verifySigned(der, content, given, at)
const refuses = (der: Uint8Array, fault: string, at = now, given = trust) =>
  assert.rejects(verify(der, at, given), { code: `certificate.${fault}` })

test('a card with an RSA key proves who holds it', async () => {
  const { subject, path, policy } = await verify(good)
  assert.deepEqual(subject, { name: '王小明', number: '0000000112345678', lastFour: '6789' })
  assert.equal(path.length, 3)
  assert.equal(policy, testPolicy)
})

test('a card with a key on P-256 proves who holds it', async () => {
  const { subject } = await verify(await sign(authority, text, [ec]))
  assert.equal(subject.name, '陳美麗')
})

test('PSS, SHA-512, no signed attributes and a detached signature hold as well', async () => {
  const pss = ['-keyopt', 'rsa_padding_mode:pss']
  for (const extra of [pss, ['-md', 'sha512'], ['-noattr']])
    assert.equal((await verify(await sign(authority, text, [rsa], extra))).subject.name, '王小明')
  const bare = await signDetached()
  assert.equal((await verify(bare)).subject.name, '王小明')
  await assert.rejects(verifySigned(bare, Buffer.from('other'), trust, now), {
    code: 'certificate.altered',
  })
})

async function signDetached(): Promise<Buffer> {
  const file = `${authority.folder}/detached`
  await writeFile(file, text)
  const by = ['-signer', rsa.cert, '-inkey', rsa.key, '-certfile', 'issuing.pem', '-md', 'sha256']
  const out = ['-in', file, '-outform', 'DER', '-out', `${file}.der`]
  await authority.openssl('cms', '-sign', '-binary', ...out, ...by)
  return readFile(`${file}.der`)
}

test('a signature over another challenge is refused', async () => {
  await refuses(await sign(authority, `${text}!`, [rsa]), 'wrong-challenge')
})

test('a changed content and a changed signature are refused', async () => {
  const at = good.indexOf(content)
  const other = Buffer.from(good)
  other[at] = 0x48
  await refuses(other, 'wrong-challenge')
  await assert.rejects(verifySigned(other, other.subarray(at, at + content.length), trust, now), {
    code: 'certificate.altered',
  })
  const last = Buffer.from(good)
  last[last.length - 5]! ^= 1
  await refuses(last, 'altered')
})

test('a chain that ends elsewhere is refused, with its own root sent along too', async () => {
  const theirs = await stranger.issue()
  await refuses(await sign(stranger, text, [theirs]), 'not-trusted')
  await refuses(await sign(stranger, text, [theirs], ['-certfile', 'root.pem']), 'not-trusted')
})

test('a person’s certificate issues no others', async () => {
  const { folder, openssl } = stranger
  await writeFile(`${folder}/person.pem`, await readFile(rsa.cert))
  const made = [
    '-subj',
    '/CN=冒名/serialNumber=1',
    '-keyout',
    'own.key',
    '-out',
    'own.csr',
    '-nodes',
  ]
  await openssl('req', '-new', '-newkey', 'rsa:2048', '-utf8', ...made)
  await openssl(
    ...['x509', '-req', '-in', 'own.csr', '-CA', 'person.pem', '-CAkey', rsa.key, '-days', '9'],
    ...['-set_serial', '5', '-out', 'own.pem', '-extfile', 'ca.conf', '-extensions', 'person'],
  )
  const own = { cert: `${folder}/own.pem`, key: `${folder}/own.key`, serial: '5' }
  const chain = `${await authority.pem('issuing.pem')}${await stranger.pem('person.pem')}`
  await writeFile(`${folder}/chain.pem`, chain)
  const der = await sign(stranger, text, [own], ['-certfile', 'chain.pem'])
  await refuses(der, 'not-trusted')
})

test('an authority is believed no deeper than it may go', async () => {
  const under = await authority.issue({ name: '下層', as: 'issuing_ca' })
  await assert.rejects(verifySigned(await signUnder(under), content, trust, now), {
    code: 'certificate.not-trusted',
  })
})

async function signUnder(under: { cert: string; key: string }): Promise<Buffer> {
  const { openssl, folder } = authority
  const subject = ['-subj', '/CN=林/serialNumber=3', '-config', 'ca.conf', '-utf8']
  const made = ['-keyout', 'low.key', '-out', 'low.csr', '-nodes', ...subject]
  await openssl('req', '-new', '-newkey', 'rsa:2048', ...made)
  await openssl(
    ...['x509', '-req', '-in', 'low.csr', '-CA', under.cert, '-CAkey', under.key, '-days', '9'],
    ...['-set_serial', '6', '-out', 'low.pem', '-extfile', 'ca.conf', '-extensions', 'person'],
  )
  const low = { cert: `${folder}/low.pem`, key: `${folder}/low.key`, serial: '6' }
  return sign(authority, text, [low], ['-certfile', under.cert])
}

test('a certificate counts from its first day to its last', async () => {
  await refuses(await signBy({ to: '20210101000000Z' }), 'expired')
  await refuses(await signBy({ from: '20400101000000Z', to: '20410101000000Z' }), 'not-yet')
  await refuses(good, 'expired', new Date('2060-01-01'))
})

const signBy = async (wish: Parameters<typeof authority.issue>[0]) =>
  sign(authority, text, [await authority.issue(wish)])

test('another policy, a key for other uses and an answerer’s key are refused', async () => {
  await refuses(await signBy({ as: 'nopolicy' }), 'purpose')
  await refuses(await signBy({ as: 'nosign' }), 'purpose')
  await refuses(await sign(authority, text, [authority.responder]), 'purpose')
})

test('SHA-1 is refused, as a digest and within PSS', async () => {
  await refuses(await sign(authority, text, [rsa], ['-md', 'sha1']), 'weak')
  const pss = ['-md', 'sha1', '-keyopt', 'rsa_padding_mode:pss']
  await refuses(await sign(authority, text, [rsa], pss), 'weak')
})

test('two signers and none are refused', async () => {
  await refuses(await sign(authority, text, [rsa, ec]), 'signers')
  const { openssl, folder } = authority
  await openssl(
    ...['crl2pkcs7', '-nocrl', '-certfile', rsa.cert, '-outform', 'DER', '-out', 'none.der'],
  )
  await refuses(await readFile(`${folder}/none.der`), 'signers')
})

test('whatever else comes is refused in words, never with a fault of the code', async () => {
  const isRefusal = (der: Uint8Array) =>
    verify(der).then(
      () => assert.fail('accepted'),
      (error) => assert.ok(error instanceof Refused && error.code.startsWith('certificate.')),
    )
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), isRefusal), { numRuns: 100 })
  const cut = fc.nat({ max: good.length - 1 }).map((length) => good.subarray(0, length))
  await fc.assert(fc.asyncProperty(cut, isRefusal), { numRuns: 100 })
})

test('a changed byte is refused, or changes nothing that is believed', async () => {
  const changed = fc.tuple(fc.nat({ max: good.length - 1 }), fc.integer({ min: 1, max: 255 }))
  const { subject } = await verify(good)
  await fc.assert(
    fc.asyncProperty(changed, async ([at, bits]) => {
      const der = Buffer.from(good)
      der[at]! ^= bits
      const found = await verify(der).catch((error: unknown) => {
        assert.ok(error instanceof Refused, String(error))
        return null
      })
      if (found) assert.deepEqual(found.subject, subject)
    }),
    { numRuns: 300 },
  )
})
