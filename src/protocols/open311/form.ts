import type { FastifyRequest } from 'fastify'
import { type Platform, publicActor } from '../../core/context.ts'
import { transact } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { scopeFor } from '../../core/operation.ts'

/** A posted form: its fields as they came and its files, not yet kept. */
export type Form = {
  readonly fields: Readonly<Record<string, unknown>>
  readonly uploads: readonly Buffer[]
}

/** Reads a form in either encoding. Refuses any other body 400: GeoReport v2 has only forms. */
export async function readForm(request: FastifyRequest): Promise<Form> {
  if (request.isMultipart())
    return readParts(request).catch((error: { statusCode?: number }) => {
      // The parser's complaint about a broken body carries no status of its own.
      throw error.statusCode === undefined ? noForm() : error
    })
  const type = request.headers['content-type'] ?? ''
  if (type !== '' && !/^application\/x-www-form-urlencoded\b/i.test(type)) throw noForm()
  return { fields: (request.body ?? {}) as Record<string, unknown>, uploads: [] }
}

const noForm = () =>
  new Refused('open311.form', 400, {
    zh: '請用 application/x-www-form-urlencoded 或 multipart/form-data 送出。',
    en: 'Send a form: application/x-www-form-urlencoded or multipart/form-data.',
  })

async function readParts(request: FastifyRequest): Promise<Form> {
  const fields = new Map<string, unknown[]>()
  const uploads: Buffer[] = []
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      const content = await part.toBuffer()
      if (content.length > 0) uploads.push(content)
    } else fields.set(part.fieldname, [...(fields.get(part.fieldname) ?? []), part.value])
  }
  return { fields: Object.fromEntries(fields), uploads }
}

/** Keeps uploads and returns their signed tokens. Refuses what is neither photograph nor PDF. */
export function keepUploads(platform: Platform, uploads: readonly Buffer[]): Promise<string[]> {
  return transact(platform.database.app, scopeFor(publicActor, 'public'), async (db) => {
    const tokens: string[] = []
    for (const content of uploads) {
      const { sha256 } = await platform.files.keep(db, content)
      tokens.push(platform.files.token(sha256))
    }
    return tokens
  })
}
