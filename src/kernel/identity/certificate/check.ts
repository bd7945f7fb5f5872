import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import type { Certificate } from 'pkijs'
import type { Ctx } from '../../../core/context.ts'
import { Refused } from '../../../core/errors.ts'
import type { Text } from '../../../core/i18n.ts'
import { type ChallengeFor, takeChallenge } from './challenge.ts'
import { fingerprint } from './der.ts'
import { refusedCertificate } from './refusals.ts'
import { type Standing, standingOf } from './standing.ts'
import { issuerName, type Subject } from './subject.ts'
import { trustOf } from './trust.ts'
import { type Verified, verifySigned } from './verify.ts'

type Here = Pick<Ctx, 'db' | 'now' | 'config' | 'city'>

/** By what a signature was believed: for the record of a sign-in and of a checked identity. */
export type Evidence = {
  /** SHA-256 of each authority up to the pinned root, hex; the person's own is left out. */
  readonly chain: readonly string[]
  readonly issuer: string
  readonly policy: string
  readonly notAfter: string
  /** Who said that it was not revoked, and of when; `unknown` where nobody was heard. */
  readonly standing:
    | { readonly status: 'unknown' }
    | {
        readonly status: 'good'
        readonly by: 'ocsp' | 'crl'
        readonly source: string
        readonly thisUpdate: string
        readonly nextUpdate: string | null
        readonly kept: boolean
      }
}

/** A person who just signed with their card. */
export type Checked = {
  readonly subject: Subject
  /** By what their credential is found again: a keyed digest. */
  readonly lookup: Buffer
  /** Whether it is known, by the stated rule, that it was not revoked. */
  readonly fresh: boolean
  /** Revoked or suspended, or so when its issuer was last heard. */
  readonly revoked: boolean
  readonly evidence: Evidence
}

/** Characters of a signature as text; one with two certificates has about 6,000. */
export const longestSignature = 20_000

/**
 * Reads what people paste: PEM of any label, or base64, however it was broken into lines. Refuses
 * `certificate.unreadable`.
 */
export function derOfText(text: string): Uint8Array {
  const body = text.replace(/-----(BEGIN|END)[^-]*-----/g, '').replace(/\s/g, '')
  const good = body.length > 0 && body.length <= longestSignature
  if (!good || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(body)) throw refusedCertificate('unreadable')
  return Buffer.from(body, 'base64')
}

/**
 * Uses a challenge up and checks the signature over it: who signed, and whether the certificate
 * stands. A revoked one is told, not refused, so that its owner can be; all else that is wrong is
 * refused as `certificate.*`.
 */
export async function checkSigned(
  ctx: Here,
  text: string,
  id: string,
  asked: ChallengeFor,
): Promise<Checked> {
  const trust = trustOf(ctx)
  if (!trust) throw refusedCertificate('not-trusted')
  const der = derOfText(text)
  const challenge = await takeChallenge(ctx, id, asked)
  const verified = await verifySigned(der, Buffer.from(challenge), trust, ctx.now)
  const standing = await standingOf(ctx, verified.path, trust)
  return {
    subject: verified.subject,
    lookup: certificateLookup(ctx, verified),
    fresh: standing.status === 'good',
    revoked: standing.status === 'revoked' || wasRevoked(standing),
    evidence: evidenceOf(verified, standing),
  }
}

const wasRevoked = (standing: Standing): boolean =>
  standing.status === 'unknown' && standing.revoked === true

/**
 * Keyed with the root's name beside the person's lasting number: two roots may give one number to
 * two people. Never the certificate's serial, as cards are renewed.
 */
function certificateLookup({ config }: Here, { subject, path }: Verified): Buffer {
  const root = issuerName(path.at(-1) as Certificate)
  return createHmac('sha256', config.secret)
    .update(`certificate-subject:${JSON.stringify([root, subject.number])}`)
    .digest()
}

const evidenceOf = ({ path, policy, notAfter }: Verified, standing: Standing): Evidence => ({
  chain: path.slice(1).map(fingerprint),
  issuer: issuerName(path[0] as Certificate),
  policy,
  notAfter: notAfter.toISOString(),
  standing:
    standing.status === 'good'
      ? {
          status: 'good',
          by: standing.by,
          source: standing.source,
          thisUpdate: standing.thisUpdate.toISOString(),
          nextUpdate: standing.nextUpdate?.toISOString() ?? null,
          kept: standing.kept,
        }
      : { status: 'unknown' },
})

/** What a credential of this kind keeps: nothing that says who holds it. */
export const certificateData = ({ evidence }: Checked) => ({ evidence })

/** Notes a use of the credential; a renewed card's own dates take the place of the old ones. */
export async function noteUse(ctx: Here, credential: string, checked: Checked): Promise<void> {
  await sql`update identity.credential set used_at = ${ctx.now},
      data = data || ${JSON.stringify(certificateData(checked))}::jsonb
    where id = ${credential} and ended_at is null`.execute(ctx.db)
}

/** The sentence of a refusal about a certificate; anything else is a fault and goes on. */
export function sentenceOf(error: unknown): Text {
  if (error instanceof Refused && error.code.startsWith('certificate.')) return error.text
  throw error
}
