import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import common from 'fxa-common-password-list'
import type { Config } from '../../core/config.ts'

/*
 * Passwords that are known to have leaked. A short list comes with the platform; an operator can
 * add a long one of SHA-1 digests, as such lists are given out, imported once into a sorted file of
 * 20 bytes each. Looking one up reads some thirty digests and asks nobody outside.
 */

const size = 20

/** Where the operator's list is kept. */
export const breachedFile = (config: Pick<Config, 'TAKAO_DATA'>): string =>
  join(config.TAKAO_DATA, 'breached-passwords.sha1')

/** Whether a password is on a list of leaked ones. */
export async function isBreached(
  config: Pick<Config, 'TAKAO_DATA'>,
  password: string,
): Promise<boolean> {
  if (common.test(password) || common.test(password.toLowerCase())) return true
  const file = await open(breachedFile(config)).catch(() => undefined)
  if (!file) return false
  try {
    return await contains(file, createHash('sha1').update(password).digest())
  } finally {
    await file.close()
  }
}

async function contains(file: FileHandle, digest: Buffer): Promise<boolean> {
  let low = 0
  let high = Math.floor((await file.stat()).size / size)
  const here = Buffer.alloc(size)
  while (low < high) {
    const middle = (low + high) >>> 1
    await file.read(here, 0, size, middle * size)
    const order = here.compare(digest)
    if (order === 0) return true
    if (order < 0) low = middle + 1
    else high = middle
  }
  return false
}

/**
 * Writes the operator's list: lines of a SHA-1 digest in hex, anything after a colon left out, in
 * their order. Answers how many. Throws on a line that is none or out of order; the list of before
 * should be replaced only after it went through.
 */
export async function writeBreached(lines: AsyncIterable<string>, file: string): Promise<number> {
  const out = createWriteStream(file)
  let count = 0
  let before = ''
  for await (const line of lines) {
    const hex = (line.split(':')[0] ?? '').trim().toLowerCase()
    if (hex === '') continue
    if (!/^[0-9a-f]{40}$/.test(hex)) throw new Error(`line ${count + 1} is no SHA-1 digest`)
    if (hex <= before) throw new Error(`line ${count + 1} is out of order`)
    before = hex
    count++
    if (!out.write(Buffer.from(hex, 'hex'))) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
  return count
}
