import type { BasicConstraints, Certificate, CertificatePolicies, ExtKeyUsage } from 'pkijs'
import { strongKey, strongSignature } from './algorithms.ts'
import { derOf } from './der.ts'
import { refusedCertificate } from './refusals.ts'
import type { Trust } from './trust.ts'

const ids = {
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  policies: '2.5.29.32',
  extKeyUsage: '2.5.29.37',
}
const anyPolicy = '2.5.29.32.0'
const deepest = 3

/** The bits of key usage that matter here, as RFC 5280 numbers them from the left. */
const usages = { digitalSignature: 0x80, keyCertSign: 0x04, cRLSign: 0x02 }

/** What an extension says, where the certificate has it. */
export function extensionOf<T>(certificate: Certificate, id: string): T | undefined {
  return certificate.extensions?.find(({ extnID }) => extnID === id)?.parsedValue as T | undefined
}

/** Whether the key may be used so. `absent` is the answer where nothing is said. */
export function mayUse(
  certificate: Certificate,
  usage: keyof typeof usages,
  absent = false,
): boolean {
  const said = extensionOf<{ valueBlock: { valueHexView: Uint8Array } }>(certificate, ids.keyUsage)
  return said ? ((said.valueBlock.valueHexView[0] ?? 0) & usages[usage]) !== 0 : absent
}

/** The extended uses of a key; undefined where nothing is said. */
export const extendedUses = (certificate: Certificate): readonly string[] | undefined =>
  extensionOf<ExtKeyUsage>(certificate, ids.extKeyUsage)?.keyPurposes

/** Whether a time lies within a certificate's own. */
export const validAt = ({ notBefore, notAfter }: Certificate, now: Date): boolean =>
  notBefore.value <= now && now <= notAfter.value

/** The policies a certificate was issued under. */
export const policiesOf = (certificate: Certificate): readonly string[] =>
  extensionOf<CertificatePolicies>(certificate, ids.policies)?.certificatePolicies.map(
    ({ policyIdentifier }) => policyIdentifier,
  ) ?? []

/**
 * The path from a person's certificate to a pinned root, checked after RFC 5280: names, signatures,
 * which of them are authorities and how deep, key usage, policy, validity at `now`. Policy mappings
 * and name constraints are not worked out: a certificate that insists on them is refused. Throws a
 * refusal that names the first thing wrong.
 */
export async function chainOf(
  person: Certificate,
  sent: readonly Certificate[],
  trust: Trust,
  now: Date,
): Promise<readonly Certificate[]> {
  const path = await pathTo(person, [...trust.between, ...sent], trust.roots, 0)
  if (!path) throw refusedCertificate('not-trusted')
  if (path.slice(0, -1).some((one) => !strongSignature(one.signatureAlgorithm) || !strongKey(one)))
    throw refusedCertificate('weak')
  if (path.some(({ notBefore }) => now < notBefore.value)) throw refusedCertificate('not-yet')
  if (path.some(({ notAfter }) => notAfter.value < now)) throw refusedCertificate('expired')
  if (!forPersons(person) || !under(path, trust.policies)) throw refusedCertificate('purpose')
  return path
}

/** Looks for the pinned root first, then for an authority between; `depth` are those below. */
async function pathTo(
  below: Certificate,
  between: readonly Certificate[],
  roots: readonly Certificate[],
  depth: number,
): Promise<readonly Certificate[] | null> {
  if (hasUnknownCritical(below)) return null
  for (const root of roots)
    if (await issued(root, below, depth)) return hasUnknownCritical(root) ? null : [below, root]
  if (depth === deepest) return null
  for (const issuer of between) {
    if (!(await issued(issuer, below, depth))) continue
    const above = await pathTo(issuer, between, roots, depth + 1)
    if (above) return [below, ...above]
  }
  return null
}

/** Whether one certificate issued another and was allowed to, with `depth` authorities between. */
async function issued(issuer: Certificate, below: Certificate, depth: number): Promise<boolean> {
  if (!below.issuer.isEqual(issuer.subject) || derOf(issuer).equals(derOf(below))) return false
  const basic = extensionOf<BasicConstraints>(issuer, ids.basicConstraints)
  if (basic?.cA !== true || !mayUse(issuer, 'keyCertSign')) return false
  if (typeof basic.pathLenConstraint === 'number' && basic.pathLenConstraint < depth) return false
  return signedBy(below, issuer)
}

/** Whether the issuer's key signed it; a certificate that cannot be checked is not signed. */
export const signedBy = (one: { verify: Certificate['verify'] }, by: Certificate) =>
  one.verify(by).catch(() => false)

const understood = Object.values(ids)

const hasUnknownCritical = ({ extensions }: Certificate): boolean =>
  (extensions ?? []).some(
    ({ critical, extnID, parsedValue }) =>
      critical && !(understood.includes(extnID) && parsedValue),
  )

/** Client authentication, e-mail, documents, any: what a person's key may be limited to. */
const personal = [
  ...['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.36'],
  '2.5.29.37.0',
]

/** Not an authority's, may sign, and not limited to something else such as OCSP answers. */
function forPersons(person: Certificate): boolean {
  const uses = extendedUses(person)
  return (
    extensionOf<BasicConstraints>(person, ids.basicConstraints)?.cA !== true &&
    mayUse(person, 'digitalSignature') &&
    (uses === undefined || uses.some((use) => personal.includes(use)))
  )
}

/** Whether all of a path below the root stands under one of the policies. */
const under = (path: readonly Certificate[], policies: readonly string[]): boolean =>
  policies.some((policy) =>
    path.slice(0, -1).every((one, index) => {
      const own = policiesOf(one)
      return own.includes(policy) || (index > 0 && own.includes(anyPolicy))
    }),
  )
