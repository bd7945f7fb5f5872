import type { Certificate } from 'pkijs'
import { chainOf, policiesOf } from './chain.ts'
import { refusedCertificate } from './refusals.ts'
import { readSigned } from './signed.ts'
import { type Subject, subjectOf } from './subject.ts'
import type { Trust } from './trust.ts'

/** A signature that holds, by a person whose certificate a pinned root vouches for. */
export type Verified = {
  readonly subject: Subject
  /** From the person's certificate to the pinned root. */
  readonly path: readonly Certificate[]
  /** The accepted policy that it was issued under. */
  readonly policy: string
  readonly notAfter: Date
}

/**
 * Verifies a PKCS#7 over a challenge: the signature, then the chain at `now`, then who it is. Pure:
 * whether the certificate was revoked is asked apart (`standingOf`), for a chain engine that is
 * given lists wants one of every issuer, the root's included. Throws a refusal `certificate.*`.
 */
export async function verifySigned(
  der: Uint8Array,
  challenge: Uint8Array,
  trust: Trust,
  now: Date,
): Promise<Verified> {
  const { signer, sent } = await readSigned(der, challenge)
  const path = await chainOf(signer, sent, trust, now)
  const subject = subjectOf(signer)
  if (!subject) throw refusedCertificate('nameless')
  const policy = policiesOf(signer).find((one) => trust.policies.includes(one))
  if (!policy) throw refusedCertificate('purpose')
  return { subject, path, policy, notAfter: signer.notAfter.value }
}
