import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { sql } from 'kysely'
import sharp from 'sharp'
import { testCity } from '../../test/city.ts'
import { one, rows, transact } from './db.ts'
import { Refused } from './errors.ts'
import { largestUpload } from './files.ts'

const platform = await testCity()
const anyone = { scope: 'none', person: '', agencies: [], secrets: [] } as const
const keep = (content: Buffer) =>
  transact(platform.database.app, anyone, (db) => platform.files.keep(db, content))
const refusedWith = (code: string) => (error: unknown) =>
  error instanceof Refused && error.code === code && Boolean(error.text.zh && error.text.en)

const picture = (width = 60, height = 30) =>
  sharp({ create: { width, height, channels: 3, background: '#336699' } })

test('a photograph loses its EXIF, and with it the place where it was taken', async () => {
  const taken = await picture()
    .withExif({
      IFD0: { Artist: 'Somebody', Orientation: '6' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '22/1 37/1 0/1' },
    })
    .jpeg()
    .toBuffer()
  assert.ok((await sharp(taken).metadata()).exif, 'the sample has no EXIF')
  const file = await keep(taken)
  const kept = await buffer(platform.files.open(file.sha256))
  const { exif, xmp, iptc, orientation } = await sharp(kept).metadata()
  assert.deepEqual(
    { exif, xmp, iptc, orientation },
    {
      ...{ exif: undefined, xmp: undefined, iptc: undefined, orientation: undefined },
    },
  )
  for (const trace of ['Somebody', 'Exif', 'GPS']) assert.ok(!kept.includes(trace), trace)
})

test('a photograph is made no larger than 2048 px and kept as JPEG', async () => {
  const file = await keep(await picture(3000, 1500).png().toBuffer())
  assert.deepEqual([file.type, file.width, file.height], ['image/jpeg', 2048, 1024])
})

test('the same content is kept once, under its digest', async () => {
  const content = await picture(31, 17).jpeg().toBuffer()
  const [a, b] = await Promise.all([keep(content), keep(content)])
  assert.deepEqual(a, b)
  const found = await transact(platform.database.app, anyone, (db) =>
    rows(db, sql`select from core.file where sha256 = ${a.sha256}`),
  )
  assert.equal(found.length, 1)
})

test('many people may send the same picture at the same moment', async () => {
  const content = await picture(64, 48).jpeg().toBuffer()
  const kept = await Promise.all(Array.from({ length: 12 }, () => keep(content)))
  assert.equal(new Set(kept.map(({ sha256 }) => sha256)).size, 1)
})

test('what is larger than 15 MB is refused, before it is read', async () => {
  const large = Buffer.alloc(largestUpload + 1)
  ;(await picture().jpeg().toBuffer()).copy(large)
  await assert.rejects(keep(large), refusedWith('file.too-large'))
})

test('a program is refused whatever its name, for its content is looked at', async () => {
  const program = Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0'), Buffer.alloc(2000)])
  await assert.rejects(keep(program), refusedWith('file.type'))
  const elf = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(2000)])
  await assert.rejects(keep(elf), refusedWith('file.type'))
})

test('SVG, HTML, plain text and nothing are refused', async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
  for (const text of [svg, `<?xml version="1.0"?>${svg}`, '<html></html>', 'words', ''])
    await assert.rejects(keep(Buffer.from(text)), refusedWith('file.type'), text)
})

test('a photograph that is cut or is none but by its first bytes is refused', async () => {
  const whole = await picture(400, 400).png().toBuffer()
  await assert.rejects(keep(whole.subarray(0, 60)), refusedWith('file.type'))
  const fake = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('MZ'.repeat(500))])
  await assert.rejects(keep(fake), refusedWith('file.type'))
})

test('a refused file leaves no row', async () => {
  const count = () =>
    transact(platform.database.app, anyone, (db) =>
      one(db, sql<{ n: number }>`select count(*) as n from core.file`),
    )
  const before = await count()
  await assert.rejects(keep(Buffer.from('words')))
  assert.deepEqual(await count(), before)
})

test('only a name that we signed opens a file', async () => {
  const { sha256 } = await keep(await picture().jpeg().toBuffer())
  const token = platform.files.token(sha256)
  assert.equal(platform.files.fromToken(token), sha256)
  const forged = `${'0'.repeat(64)}.${token.split('.')[1]}`
  for (const bad of [sha256, `${sha256}.`, `${token}0`, forged, '', '../../secret.x'])
    assert.equal(platform.files.fromToken(bad), undefined, bad)
})
