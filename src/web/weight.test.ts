import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildAssets } from './assets.ts'

// What a telephone on a slow line waits for before a page answers to a tap.
const scriptLimit = 60_000
const styleLimit = 20_000

const { files, links } = await buildAssets()
const zipped = (url: string) => gzipSync(files.get(url)!.body, { level: 9 }).byteLength

test('the first page costs at most 60 kB of script, compressed', () => {
  const size = zipped(links.js)
  assert.ok(size > 1000 && size <= scriptLimit, `${size} bytes`)
})

test('the style sheet costs at most 20 kB, compressed', () => {
  const size = zipped(links.css)
  assert.ok(size > 1000 && size <= styleLimit, `${size} bytes`)
})
