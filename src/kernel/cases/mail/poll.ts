import { ImapFlow } from 'imapflow'
import { type Platform, systemActor } from '../../../core/context.ts'
import { transact } from '../../../core/db.ts'
import { Refused } from '../../../core/errors.ts'
import type { Job } from '../../../core/jobs.ts'
import { perform } from '../../../core/operation.ts'
import type { CaseType } from '../define.ts'
import { parseMail } from './parse.ts'
import { type Taken, takeMailFor } from './take.ts'

const postman = systemActor('postman')
const longest = 20_000

/** Takes one message as it came from the wire; attachments that cannot be kept are left out. */
export async function takeRaw(
  platform: Platform,
  types: readonly CaseType[],
  raw: Uint8Array,
): Promise<Taken> {
  const { files, ...mail } = await parseMail(raw)
  const scope = { scope: 'none', person: '', agencies: [], secrets: [] } as const
  const kept: string[] = []
  for (const content of files) {
    try {
      const file = await transact(platform.database.app, scope, (db) =>
        platform.files.keep(db, Buffer.from(content)),
      )
      kept.push(file.sha256)
    } catch (error) {
      // One unreadable attachment must not keep the letter out.
      if (!(error instanceof Refused)) throw error
    }
  }
  const cut = (text: string) => text.slice(0, longest)
  const given = { ...mail, text: cut(mail.text), said: mail.said.slice(0, 4000), files: kept }
  return perform(platform, takeMailFor(types), postman, given)
}

/** Reads new messages of the mailbox; each is marked as seen once it is taken. */
export async function pollMailbox(platform: Platform, types: readonly CaseType[]): Promise<number> {
  const url = new URL(platform.config.IMAP_URL)
  const secure = url.protocol === 'imaps:'
  const client = new ImapFlow({
    host: url.hostname,
    port: Number(url.port) || (secure ? 993 : 143),
    secure,
    auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    logger: false,
  })
  await client.connect()
  let taken = 0
  try {
    const lock = await client.getMailboxLock(decodeURIComponent(url.pathname.slice(1)) || 'INBOX')
    try {
      const found = (await client.search({ seen: false }, { uid: true })) || []
      for (const uid of found) {
        const message = await client.fetchOne(String(uid), { source: true }, { uid: true })
        if (!message || message.source === undefined) continue
        await takeRaw(platform, types, message.source)
        await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true })
        taken++
      }
    } finally {
      lock.release()
    }
  } finally {
    await client.logout()
  }
  return taken
}

/** Every minute, where a mailbox is set. */
export const mailJob = (types: readonly CaseType[]): Job => ({
  queue: 'cases.mail',
  cron: '* * * * *',
  run: async (platform) => {
    if (platform.config.IMAP_URL !== '') await pollMailbox(platform, types)
  },
})
