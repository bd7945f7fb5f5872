import PostalMime, { type Address } from 'postal-mime'
import { sha256 } from '../../../core/canonical.ts'

/** An e-mail as the desk takes it. Addresses in lower case; `text` is plain. */
export type Mail = {
  readonly id: string
  readonly from: string
  readonly name: string
  readonly subject: string
  readonly text: string
  /** The words above the quotation of what it answers. */
  readonly said: string
  /** Message ids that it answers or belongs to, without angle brackets. */
  readonly answers: readonly string[]
  readonly files: readonly Uint8Array[]
  /** Sent by a program: an absence note, a list, another robot. Answering it would loop. */
  readonly automatic: boolean
  /** The message that could not be delivered, and the status it came back with (RFC 3464). */
  readonly bounce: { readonly of: string; readonly status: string } | null
}

/** Reads a message (RFC 5322). Never throws for content; what is missing is empty. */
export async function parseMail(raw: Uint8Array): Promise<Mail> {
  const email = await PostalMime.parse(raw, { forceRfc822Attachments: true })
  const headers = new Map(email.headers.map(({ key, value }) => [key, value]))
  const from = mailbox(email.from)
  const text = (email.text ?? '').replaceAll('\r\n', '\n').trim()
  const report = /report-type="?delivery-status/i.test(headers.get('content-type') ?? '')
  return {
    // Some programs give no id: the content itself then names the message.
    id: bare(email.messageId ?? '') || sha256(Buffer.from(raw)).toString('hex'),
    from: from.address,
    name: from.name,
    subject: email.subject ?? '',
    text,
    said: ownWords(text),
    answers: [...ids(email.inReplyTo ?? ''), ...ids(email.references ?? '')],
    files: email.attachments
      .filter(({ mimeType }) => /^image\/|^application\/pdf$/.test(mimeType))
      .map(({ content }) => bytes(content)),
    automatic:
      /^auto-/i.test(headers.get('auto-submitted') ?? '') ||
      headers.has('x-auto-response-suppress') ||
      headers.has('list-id') ||
      /bulk|junk/i.test(headers.get('precedence') ?? ''),
    bounce: report ? bounceOf(email.attachments) : null,
  }
}

type Part = { readonly mimeType: string; readonly content: ArrayBuffer | Uint8Array | string }

/** What came back, from the machine's part and the returned message's own headers. */
function bounceOf(parts: readonly Part[]): Mail['bounce'] {
  const read = (type: RegExp) =>
    parts
      .filter(({ mimeType }) => type.test(mimeType))
      .map(({ content }) => new TextDecoder().decode(bytes(content)))
      .join('\n')
  const status = /^Status:\s*([245]\.\d+\.\d+)/im.exec(read(/delivery-status/))?.[1]
  const of = /^Message-ID:\s*<([^>]+)>/im.exec(read(/rfc822/))?.[1]
  // 2 and 4 say that it arrived or is still tried.
  return of && status?.startsWith('5') ? { of, status } : null
}

const bytes = (content: ArrayBuffer | Uint8Array | string): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content)

const mailbox = (from: Address | undefined) => {
  const one = from?.group ? from.group[0] : from
  return { address: (one?.address ?? '').toLowerCase(), name: one?.name ?? '' }
}

const bare = (id: string): string => id.replace(/^<|>$/g, '')
const ids = (line: string): string[] => [...line.matchAll(/<([^>]+)>/g)].map(([, id]) => id!)

const quoteBegins =
  /^(>|-{3,}|_{5,}|On .{5,200} wrote:|.{3,100}(寫道|來信)[：:]\s*$|From: |寄件者[：:])/

/** The lines before the first that quotes; all of them when nothing stands before it. */
export function ownWords(text: string): string {
  const lines = text.split('\n')
  const end = lines.findIndex((line) => quoteBegins.test(line.trim()))
  const own = lines
    .slice(0, end === -1 ? lines.length : end)
    .join('\n')
    .trim()
  return own === '' ? text.trim() : own
}
