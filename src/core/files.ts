import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileTypeFromBuffer } from 'file-type'
import { sql } from 'kysely'
import sharp from 'sharp'
import { sha256 } from './canonical.ts'
import type { Db } from './db.ts'
import { Refused } from './errors.ts'

/** A file that is kept: its address is its content. Photographs have a width and a height. */
export type StoredFile = {
  readonly sha256: string
  readonly type: string
  readonly size: number
  readonly width: number | null
  readonly height: number | null
}

/** The file store. Nothing in it ever changes; a name points to one content for ever. */
export type Files = {
  /** Keeps an upload after sniffing its type; photographs are re-encoded without EXIF. */
  readonly keep: (db: Db, content: Buffer) => Promise<StoredFile>
  readonly open: (sha: string) => Readable
  /** A signed name, so that a form can carry an upload without letting anyone name another's. */
  readonly token: (sha: string) => string
  /** The file of a signed name, or undefined when the signature is not ours. */
  readonly fromToken: (token: string) => string | undefined
}

/** Largest upload, bytes. */
export const largestUpload = 15 * 1024 * 1024

const photographs = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/tiff']
const documents = ['application/pdf']

/** Opens the store in `folder`; names are signed with the installation's secret. */
export function openFiles(folder: string, secret: Buffer): Files {
  const pathOf = (sha: string) => join(folder, sha.slice(0, 2), sha)
  const sign = (sha: string) =>
    createHmac('sha256', secret).update(`file:${sha}`).digest('hex').slice(0, 32)
  return {
    keep: async (db, content) => {
      const { bytes, ...file } = await inspect(content)
      const path = pathOf(file.sha256)
      if (!existsSync(path)) {
        await mkdir(dirname(path), { recursive: true })
        // A name of its own: two people may send the same picture at the same moment.
        const part = `${path}.${randomUUID()}.part`
        await writeFile(part, bytes)
        await rename(part, path)
      }
      await sql`insert into core.file (sha256, type, size, width, height)
        values (${file.sha256}, ${file.type}, ${file.size}, ${file.width}, ${file.height})
        on conflict do nothing`.execute(db)
      return file
    },
    open: (sha) => createReadStream(pathOf(sha)),
    token: (sha) => `${sha}.${sign(sha)}`,
    fromToken: (token) => {
      const [sha = '', signature = ''] = token.split('.')
      const expected = Buffer.from(sign(sha))
      const given = Buffer.from(signature)
      const ours = given.length === expected.length && timingSafeEqual(given, expected)
      return ours ? sha : undefined
    },
  }
}

async function inspect(content: Buffer): Promise<StoredFile & { bytes: Buffer }> {
  if (content.length > largestUpload) throw tooLarge()
  const sniffed = await fileTypeFromBuffer(content)
  if (sniffed && photographs.includes(sniffed.mime)) return photograph(content)
  if (!sniffed || !documents.includes(sniffed.mime)) throw wrongType()
  return {
    sha256: sha256(content).toString('hex'),
    type: sniffed.mime,
    size: content.length,
    width: null,
    height: null,
    bytes: content,
  }
}

/** Turns upright, limits to 2,048 px and writes anew: EXIF, and with it the place, is gone. */
async function photograph(content: Buffer): Promise<StoredFile & { bytes: Buffer }> {
  try {
    const { data, info } = await sharp(content, { limitInputPixels: 60_000_000 })
      .rotate()
      .resize(2048, 2048, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 82, mozjpeg: false })
      .toBuffer({ resolveWithObject: true })
    return {
      sha256: sha256(data).toString('hex'),
      type: 'image/jpeg',
      size: data.length,
      width: info.width,
      height: info.height,
      bytes: data,
    }
  } catch {
    throw wrongType()
  }
}

const tooLarge = () =>
  new Refused('file.too-large', 413, {
    zh: '檔案超過 15 MB。請縮小照片或分次上傳。',
    en: 'The file is larger than 15 MB. Make the photograph smaller.',
  })

const wrongType = () =>
  new Refused('file.type', 415, {
    zh: '無法讀取這個檔案。請改用 JPEG、PNG、WebP 照片或 PDF。',
    en: 'We cannot read this file. Use a JPEG, PNG or WebP photograph, or a PDF.',
  })
